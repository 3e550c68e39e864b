// The editor of a config file. It stands over the textarea of the form, which stays the field that is sent.
import {
  Decoration, EditorState, EditorView, HighlightStyle, MatchDecorator, StreamLanguage, StyleModule, ViewPlugin, defaultKeymap,
  highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, history, historyKeymap, insertNewlineKeepIndent,
  jsonLanguage, keymap, lineNumbers, openSearchPanel, search, searchKeymap, syntaxHighlighting, tags, xmlLanguage,
} from "./vendor/codemirror-6.43.15/codemirror.min.js";

const field = document.getElementById("content");
const label = document.getElementById("content-label");

// --- styles: the content security policy refuses a style element, but not a sheet that a script makes ---

const sheet = new CSSStyleSheet();
document.adoptedStyleSheets.push(sheet);
StyleModule.mount = (root, modules) => sheet.replaceSync(modules.map((module) => module.getRules()).join("\n"));

const theme = EditorView.theme({
  "&": { height: "100%", backgroundColor: "var(--surface)", color: "var(--ink)", fontSize: "var(--text-s)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--bs-font-monospace)", lineHeight: "1.25rem" },
  ".cm-content": { caretColor: "var(--ink)", padding: ".375rem 0" },
  ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--ink-3)", borderRight: "1px solid var(--rule)" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--picked) 45%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--picked)", color: "var(--ink)" },
  ".cm-searchMatch": { backgroundColor: "var(--warn-soft)", outline: "1px solid var(--warn)" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--warn)", color: "var(--surface)" },
  ".cm-specialChar": {
    padding: "0 .125rem", margin: "0 1px", border: "1px solid var(--warn)", borderRadius: "3px", backgroundColor: "var(--warn-soft)",
    color: "var(--warn)", fontSize: ".85em",
  },
  ".cm-known-tag": { borderRadius: "3px", backgroundColor: "var(--picked)", color: "var(--accent)" },
  ".cm-searchMatch-selected *": { color: "inherit", backgroundColor: "transparent" },
  ".cm-panels": { backgroundColor: "var(--sunken)", color: "var(--ink)" },
  ".cm-panels-top": { borderBottom: "1px solid var(--rule)" },
  ".cm-panel.cm-search": {
    padding: ".375rem 2.25rem .375rem .5rem",
    "& input, & button, & label": { display: "inline-flex", alignItems: "center", margin: ".125rem .5rem .125rem 0", verticalAlign: "middle" },
    "& label": { gap: ".25rem", fontSize: "var(--text-s)" },
    "& label input": { margin: "0" },
    "& [name=select]": { display: "none" }, // several cursors at once are hard to follow by keyboard and by ear
    "& [name=close]": { inset: ".375rem .5rem auto auto", width: "1.75rem", height: "1.75rem", fontSize: "1.25rem", justifyContent: "center" },
  },
  ".cm-textfield": {
    minHeight: "1.75rem", border: "1px solid var(--edge)", borderRadius: "var(--radius)", backgroundColor: "var(--surface)",
    color: "var(--ink)", fontSize: "var(--text-s)", fontFamily: "inherit", width: "min(16rem, 100%)",
  },
  ".cm-button": {
    minHeight: "1.75rem", border: "1px solid var(--frame)", borderRadius: "var(--radius)", backgroundColor: "var(--surface)",
    backgroundImage: "none", color: "var(--ink)", fontSize: "var(--text-s)", fontFamily: "inherit",
  },
});

// --- languages: the same kinds of text that the page of a file colours ---

const settingsLanguage = StreamLanguage.define({
  startState: () => ({ isValue: false }),
  token(stream, state) {
    if (stream.sol()) state.isValue = false;
    if (stream.eatSpace()) return null;
    if (state.isValue) {
      stream.skipToEnd();
      return "string";
    }
    if (/[#;[]/.test(stream.peek())) {
      const kind = stream.peek() === "[" ? "heading" : "comment";
      stream.skipToEnd();
      return kind;
    }
    if (stream.match(/^[=:]/)) {
      state.isValue = true;
      return "operator";
    }
    if (stream.match(/^([^=:]|:(?!\s|$))+(?==|:(\s|$))/) || stream.match(/^[^=:]+(?=:(?!\/\/))/)) return "propertyName";
    stream.skipToEnd();
    return null;
  },
});

function languageOf(text) {
  if (/^\s*</.test(text)) return xmlLanguage;
  return /^\s*(\{|\[\s*[[{"])/.test(text) ? jsonLanguage : settingsLanguage;
}

const colours = HighlightStyle.define([
  { tag: tags.comment, color: "var(--ink-3)", fontStyle: "italic" },
  { tag: [tags.processingInstruction, tags.documentMeta], color: "var(--ink-3)" },
  { tag: [tags.propertyName, tags.attributeName, tags.operator, tags.definitionOperator], color: "var(--ink-2)" },
  { tag: [tags.heading, tags.tagName], fontWeight: "600" },
]);

// --- marks: characters that cannot be seen, and tags that have a value here ---

// The same characters as in services/files/invisible.py; a test compares them.
const INVISIBLE = new RegExp("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\xa0\\xad\\u034f\\u061c\\u115f\\u1160\\u1680\\u17b4\\u17b5\\u180b-\\u180f" +
  "\\u2000-\\u200f\\u2028-\\u202f\\u205f-\\u206f\\u2800\\u3000\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff9-\\ufffb\\u{e0000}-\\u{e0fff}]", "gu");

function markInvisible(code) {
  const name = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  const mark = document.createElement("span");
  mark.className = "cm-specialChar";
  mark.textContent = name;
  mark.title = `Character ${name}`;
  return mark;
}

function markTags(names) {
  if (names.length === 0) return [];
  const escaped = names.sort((a, b) => b.length - a.length).map((name) => name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  const mark = Decoration.mark({ class: "cm-known-tag" });
  const decorator = new MatchDecorator({ regexp: new RegExp(escaped.join("|"), "g"), decoration: mark });
  return ViewPlugin.define((view) => ({
    decorations: decorator.createDeco(view),
    update(update) { this.decorations = decorator.updateDeco(update, this.decorations); },
  }), { decorations: (plugin) => plugin.decorations });
}

// --- the editor in place of the textarea ---

// The rest of the page hears of a change as if it had been typed into the field.
const reportInput = EditorView.updateListener.of(({ docChanged }) => {
  if (docChanged) field.dispatchEvent(new InputEvent("input", { bubbles: true }));
});

// Where the browser itself replaces several lines, it keeps their look by inline styles, which the policy refuses.
const replaceLines = EditorView.domEventHandlers({
  beforeinput(event) {
    const { inputType, data, isComposing, cancelable } = event;
    const isOverLines = !view.state.selection.main.empty || data?.includes("\n");
    if (inputType !== "insertText" || !data || isComposing || !cancelable || !isOverLines) return false;
    view.dispatch(view.state.replaceSelection(data), { scrollIntoView: true, userEvent: "input.type" });
    return true;
  },
});

const described = Object.fromEntries(
  ["aria-describedby", "aria-invalid"].filter((name) => field.hasAttribute(name)).map((name) => [name, field.getAttribute(name)]),
);

const insertButtons = [...document.querySelectorAll("[data-insert]")];

const view = new EditorView({
  doc: field.value,
  extensions: [
    lineNumbers(), history(), highlightActiveLine(), highlightActiveLineGutter(), search({ top: true }),
    highlightSpecialChars({ specialChars: INVISIBLE, render: markInvisible }),
    markTags(insertButtons.map((button) => button.dataset.insert)),
    languageOf(field.value), syntaxHighlighting(colours), theme,
    EditorState.tabSize.of(8),
    EditorState.phrases.of({
      next: "Next", previous: "Previous", replace: "Replace", "replace all": "Replace all", "match case": "Match case",
      regexp: "Regular expression", "by word": "Whole word",
    }),
    EditorView.contentAttributes.of({ id: "content", tabindex: "0", "aria-labelledby": label.id, ...described }),
    reportInput, replaceLines,
    keymap.of([{ key: "Enter", run: insertNewlineKeepIndent }, ...searchKeymap, ...historyKeymap, ...defaultKeymap]),
  ],
});

field.id = "content-field";
field.hidden = true;
field.after(view.dom);
label.addEventListener("click", () => view.focus());
// Not before it is sent: a textarea of 1 MiB takes up to a second to be filled.
field.form.addEventListener("formdata", ({ formData }) => formData.set(field.name, view.state.doc.toString()));

document.getElementById("find-in-file").addEventListener("click", () => openSearchPanel(view));

// --- the tags beside it ---

function insert(name) {
  view.dispatch(view.state.replaceSelection(name), { scrollIntoView: true, userEvent: "input" });
  view.focus();
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-insert]");
  if (button) insert(button.dataset.insert);
});

const filter = document.getElementById("tag-filter");
filter?.addEventListener("input", () => {
  const wanted = filter.value.trim().toLowerCase();
  const items = insertButtons.map((button) => button.closest("li"));
  for (const item of items) item.hidden = !item.textContent.toLowerCase().includes(wanted);
  const count = items.filter((item) => !item.hidden).length;
  document.getElementById("tag-count").textContent = wanted ? `${count} of ${items.length} tags` : "";
});
