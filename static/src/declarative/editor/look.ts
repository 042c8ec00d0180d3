/** Editor: its look, made of the page's tokens, so that it follows the theme by itself. */
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const SELECTION = 'color-mix(in oklab, var(--accent) 24%, transparent)';
const LINE = 'color-mix(in oklab, var(--surface-hover) 55%, transparent)';

/** The library draws these with pictures in `data:` addresses, which the page's policy refuses. */
const MARK = { backgroundImage: 'none', textDecorationLine: 'underline', textDecorationStyle: 'wavy', textDecorationSkipInk: 'none', paddingBottom: '0' };
const DOT = { content: 'normal', width: '8px', height: '8px', margin: '6px auto', borderRadius: '50%', cursor: 'default' };

const theme = EditorView.theme({
  '&': { height: '100%', minHeight: 'var(--editor-min, 0)', maxHeight: 'var(--editor-max, none)', color: 'var(--text)', backgroundColor: 'transparent', fontSize: 'var(--text-sm)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '1.6', overflow: 'auto' },
  '.cm-content': { padding: '8px 0', caretColor: 'var(--text)' },
  '.cm-line': { padding: '0 12px 0 8px' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--text)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': { backgroundColor: SELECTION },
  '.cm-selectionMatch': { backgroundColor: 'var(--accent-soft)' },
  '.cm-activeLine': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine, &.cm-focused .cm-activeLineGutter': { backgroundColor: LINE },
  '.cm-gutters': { border: '0', backgroundColor: 'transparent', color: 'var(--text-faint)' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent' },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '28px', padding: '0 6px 0 10px' },
  '.cm-placeholder': { color: 'var(--text-faint)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': { outline: '1px solid var(--border-control)', backgroundColor: 'transparent' },
  '.cm-nonmatchingBracket, &.cm-focused .cm-nonmatchingBracket': { color: 'var(--red-text)', backgroundColor: 'transparent' },
  '.cm-gutter-lint': { width: '14px' },
  '.cm-gutter-lint .cm-gutterElement': { padding: '0' },
  '.cm-lint-marker-error': { ...DOT, backgroundColor: 'var(--red)' },
  '.cm-lint-marker-warning': { ...DOT, backgroundColor: 'var(--orange)' },
  '.cm-lint-marker-info': { ...DOT, backgroundColor: 'var(--blue)' },
  '.cm-lintRange-error': { ...MARK, textDecorationColor: 'var(--red-text)' },
  '.cm-lintRange-warning': { ...MARK, textDecorationColor: 'var(--orange-text)' },
  '.cm-lintRange-info': { ...MARK, textDecorationColor: 'var(--blue-text)' },
  '.cm-tooltip': { maxWidth: 'min(420px, 90vw)', border: '1px solid var(--border)', borderRadius: 'var(--radius)', backgroundColor: 'var(--surface-raised)', color: 'var(--text)', boxShadow: 'var(--shadow)', fontFamily: 'var(--font-sans)', overflow: 'hidden' },
  '.cm-diagnostic': { padding: '6px 10px', borderLeft: '3px solid var(--blue)', fontFamily: 'var(--font-sans)', overflowWrap: 'anywhere' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--red)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--orange)' },
});

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.controlKeyword], color: 'var(--purple-text)' },
  { tag: [tags.propertyName, tags.definition(tags.propertyName), tags.attributeName, tags.tagName], color: 'var(--blue-text)' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp, tags.attributeValue], color: 'var(--green-text)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'var(--orange-text)' },
  { tag: [tags.function(tags.variableName), tags.className, tags.typeName, tags.namespace], color: 'var(--cyan-text)' },
  { tag: [tags.comment, tags.meta, tags.processingInstruction], color: 'var(--text-muted)', fontStyle: 'italic' },
  { tag: [tags.heading, tags.strong], fontWeight: 'var(--weight-bold)' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: [tags.link, tags.url], color: 'var(--blue-text)', textDecoration: 'underline' },
  { tag: tags.strikethrough, textDecoration: 'line-through' },
  { tag: tags.invalid, color: 'var(--red-text)' },
]);

export const look: Extension = [theme, syntaxHighlighting(colours)];

/** What stands around the editor in its shadow root. */
export const SHELL = `
  :host { display: block; min-width: 0; }
  .said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;
