// What the editor of queries uses of CodeMirror; build.mjs makes one file of it.
export { basicSetup, EditorView } from "codemirror";
export { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
export { sparql } from "@codemirror/legacy-modes/mode/sparql";
export { EditorState } from "@codemirror/state";
export { keymap } from "@codemirror/view";
export { tags } from "@lezer/highlight";
