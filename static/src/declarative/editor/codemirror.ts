/** Editor: CodeMirror in a shadow root, where its styles are sheets of their own: the page's policy refuses style elements. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, foldGutter, foldKeymap, indentOnInput } from '@codemirror/language';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { Annotation, Compartment, EditorState } from '@codemirror/state';
import type { Extension } from '@codemirror/state';
import { EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers, placeholder } from '@codemirror/view';
import type { ViewUpdate } from '@codemirror/view';
import { t } from '../../i18n.ts';
import type { Diagnostic, Editor, EditorOptions, EditorSettings } from './index.ts';
import { languageOf } from './languages.ts';
import { SHELL, look } from './look.ts';

/** Marks a change that the page made, not the person. */
const OURS = Annotation.define<boolean>();

/** After Escape, Tab leaves the editor until it has the focus anew; else Tab indents. */
const leaving = keymap.of([{ key: 'Escape', run: letTabLeave }]);

function letTabLeave(view: EditorView): boolean {
  const already = view.dom.dataset['leaving'] !== undefined;
  view.dom.dataset['leaving'] = '';
  view.setTabFocusMode(true);
  return !already; // a second Escape is for what is around, such as a dialog
}

export class CodeMirrorEditor implements Editor {
  readonly element = document.createElement('div');
  readonly #view: EditorView;
  readonly #said: HTMLElement;
  readonly #settings: EditorSettings;
  readonly #compartments = { language: new Compartment(), facts: new Compartment(), lint: new Compartment() };

  constructor(readonly options: EditorOptions) {
    const { parent, doc, diagnostics, language, label, placeholder, readonly, lineNumbers, wrap } = options;
    this.#settings = { language: language ?? 'text', label: label ?? t('Code'), placeholder: placeholder ?? '', readonly: readonly ?? false, lineNumbers: lineNumbers ?? true, wrap: wrap ?? false };
    const root = shadow(this.element);
    this.#said = Object.assign(document.createElement('span'), { id: 'said', className: 'said' });
    this.#view = new EditorView({ state: EditorState.create({ doc, extensions: this.#extensions() }), root });
    root.append(this.#view.dom, this.#said);
    parent.append(this.element);
    this.#describe();
    void this.#speak();
    if (diagnostics) this.setDiagnostics(diagnostics);
  }

  get doc(): string {
    return this.#view.state.doc.toString();
  }

  setDoc(doc: string): void {
    if (doc === this.doc) return;
    const { length } = this.#view.state.doc;
    this.#view.dispatch({ changes: { from: 0, to: length, insert: doc }, annotations: OURS.of(true) });
  }

  setDiagnostics(diagnostics: readonly Diagnostic[]): void {
    const { state } = this.#view;
    const marks = diagnostics.map(({ line, message, severity }) => {
      const { from, to, text } = state.doc.line(within(line, state.doc.lines));
      return { from: from + (text.length - text.trimStart().length), to, message, severity };
    });
    this.#view.dispatch({ effects: this.#compartments.lint.reconfigure(marks.length > 0 ? lintGutter() : []) });
    this.#view.dispatch(setDiagnostics(this.#view.state, marks));
  }

  configure(settings: EditorSettings): void {
    const before = JSON.stringify(this.#settings);
    const language = this.#settings.language;
    Object.assign(this.#settings, Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)));
    if (JSON.stringify(this.#settings) === before) return;
    this.#describe();
    this.#view.dispatch({ effects: this.#compartments.facts.reconfigure(this.#facts()) });
    if (this.#settings.language !== language) void this.#speak();
  }

  goTo(line: number): void {
    const { from } = this.#view.state.doc.line(within(line, this.#view.state.doc.lines));
    this.#view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: 'center' }) });
    this.focus();
  }

  focus(): void {
    this.#view.focus();
  }

  destroy(): void {
    this.#view.destroy();
    this.element.remove();
  }

  #extensions(): Extension[] {
    return [
      this.#compartments.facts.of(this.#facts()),
      this.#compartments.lint.of([]),
      this.#compartments.language.of([]),
      history(),
      drawSelection({ cursorBlinkRate: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 1200 }),
      EditorState.allowMultipleSelections.of(true),
      indentOnInput(),
      bracketMatching(),
      highlightActiveLine(),
      leaving,
      keymap.of([...defaultKeymap, ...historyKeymap, ...foldKeymap, indentWithTab]),
      EditorView.domEventHandlers({ blur: () => this.#left() }), // the editor's own word of it comes late
      EditorView.updateListener.of((update) => this.#heard(update)),
      look,
    ];
  }

  /** What depends on the settings. */
  #facts(): Extension {
    const { label, placeholder: words, readonly, lineNumbers: numbered, wrap, invalid } = this.#settings;
    return [
      numbered ? [lineNumbers(), foldGutter({ openText: '⌄', closedText: '›' }), highlightActiveLineGutter()] : [],
      wrap ? EditorView.lineWrapping : [],
      words ? placeholder(words) : [],
      EditorState.readOnly.of(readonly ?? false),
      EditorView.contentAttributes.of({
        'aria-label': label ?? '',
        'aria-describedby': 'said',
        'aria-invalid': String(invalid ?? false),
        'aria-readonly': String(readonly ?? false),
        spellcheck: 'false',
      }),
    ];
  }

  #describe(): void {
    const keys = this.#settings.readonly ? '' : t('Tab indents; press Escape and then Tab to leave the editor.');
    this.#said.textContent = [this.#settings.description, keys].filter(Boolean).join(' ');
  }

  async #speak(): Promise<void> {
    const name = this.#settings.language ?? 'text';
    const language = await languageOf(name);
    if (name === this.#settings.language) this.#view.dispatch({ effects: this.#compartments.language.reconfigure(language) });
  }

  #heard(update: ViewUpdate): void {
    if (update.docChanged && !update.transactions.some((transaction) => transaction.annotation(OURS))) this.options.onChange?.(this.doc);
  }

  #left(): void {
    delete this.#view.dom.dataset['leaving'];
    this.#view.setTabFocusMode(false);
    this.options.onBlur?.();
  }
}

function shadow(element: HTMLElement): ShadowRoot {
  const root = element.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(SHELL);
  root.adoptedStyleSheets = [sheet];
  return root;
}

function within(line: number, lines: number): number {
  return Math.max(1, Math.min(lines, Math.trunc(line) || 1));
}
