/** Playground: `<draft-editor>`, the code editor for one text of the draft, with its problems beside the lines. */
import { LitElement, html } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { createEditor } from '../../declarative/editor/index.ts';
import type { Diagnostic, Editor, Language } from '../../declarative/editor/index.ts';

/** `<draft-editor .doc .language .label .marks>`: fires `edited` with the text. */
export class DraftEditor extends LitElement {
  static override properties = { doc: { attribute: false }, language: { attribute: false }, label: { attribute: false }, marks: { attribute: false }, ready: { state: true } };
  declare doc: string;
  declare language: Language;
  declare label: string;
  declare marks: Diagnostic[];
  declare private ready: boolean;
  #editor: Promise<Editor> | undefined;

  constructor() {
    super();
    this.doc = '';
    this.language = 'yaml';
    this.label = '';
    this.marks = [];
    this.ready = false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override render(): TemplateResult {
    return html`<div class="draft-frame" aria-busy=${String(!this.ready)}></div>`;
  }

  protected override updated(changed: PropertyValues): void {
    this.#editor ??= this.#make();
    if (changed.has('doc')) void this.#editor.then((editor) => editor.setDoc(this.doc));
    if (changed.has('language') || changed.has('label')) void this.#editor.then((editor) => editor.configure({ language: this.language, label: this.label }));
    if (changed.has('marks')) void this.#editor.then((editor) => editor.setDiagnostics(this.marks));
  }

  async goTo(line: number): Promise<void> {
    (await this.#editor)?.goTo(line);
  }

  async takeFocus(): Promise<void> {
    (await this.#editor)?.focus();
  }

  async #make(): Promise<Editor> {
    const editor = await createEditor({
      parent: this.querySelector<HTMLElement>('.draft-frame')!,
      doc: this.doc,
      language: this.language,
      label: this.label,
      onChange: (text) => this.#edited(text),
    });
    // What scrolls must be reachable by keyboard in the eyes of checkers, too, which do not know editable text for that.
    editor.element.shadowRoot?.querySelector('.cm-content')?.setAttribute('tabindex', '0');
    this.ready = true;
    return editor;
  }

  #edited(text: string): void {
    this.doc = text;
    this.dispatchEvent(new CustomEvent<string>('edited', { detail: text }));
  }
}
