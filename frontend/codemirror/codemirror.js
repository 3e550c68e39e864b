// What static/editor.js uses of CodeMirror; `make editor` bundles it.
export { defaultKeymap, history, historyKeymap, insertNewlineKeepIndent } from "@codemirror/commands";
export { jsonLanguage } from "@codemirror/lang-json";
export { xmlLanguage } from "@codemirror/lang-xml";
export { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
export { gotoLine, openSearchPanel, search, searchKeymap } from "@codemirror/search";
export { EditorState } from "@codemirror/state";
export {
  Decoration, EditorView, MatchDecorator, ViewPlugin, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars,
  keymap, lineNumbers,
} from "@codemirror/view";
export { tags } from "@lezer/highlight";
export { StyleModule } from "style-mod";
