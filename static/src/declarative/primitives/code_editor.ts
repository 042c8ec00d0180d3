/** Primitive `code_editor`: a field for code; the editor itself is fetched with the first one. */
import { html } from 'lit';
import type { PropertyValues } from 'lit';
import { createEditor } from '../editor/index.ts';
import type { Editor, EditorSettings } from '../editor/index.ts';
import { LANGUAGES } from '../editor/languages.ts';
import { toText } from '../expressions/values.ts';
import { FIELD_PROPERTIES, FieldElement } from '../field.ts';
import { px } from '../primitive.ts';
import { definePrimitive } from '../registry.ts';
import { styles } from '../styles.ts';
import { inWords } from '../words.ts';

type Name = 'language' | 'value' | 'placeholder' | 'readonly' | 'line_numbers' | 'wrap' | 'height' | 'min_height' | 'max_height' | 'validation';

const LINE = 20.8;
const EDGES = 18;

class CodeEditorElement extends FieldElement<Name> {
  #editor: Editor | undefined;
  #asked = false;
  #wanted: EditorSettings = {};
  /** What `value` is, and what it was when it was last written over the text. */
  #given: string | undefined;
  #followed: string | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#editor?.destroy();
    this.#editor = undefined;
    this.#asked = false;
  }

  override initial(): unknown {
    return this.node['value'] === undefined ? super.initial() : this.text('value');
  }

  protected override show(): unknown {
    // Read while rendering, so that changes of them are heard.
    this.#wanted = this.#settings();
    this.#given = this.node['value'] === undefined ? undefined : this.text('value');
    return this.field(
      html`<div class="code-editor" ?data-invalid=${this.shownFault !== undefined} ?data-disabled=${this.flag('disabled')} ${styles(this.#sizes())}>
        ${this.#editor ? '' : html`<span class="skeleton"></span>`}
      </div>`,
      undefined,
      false,
    );
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.#follow();
    const box = this.querySelector<HTMLElement>('.code-editor');
    if (!box) return;
    if (!this.#asked) void this.#begin(box);
    this.#editor?.setDoc(toText(this.value));
    this.#editor?.configure(this.#wanted);
  }

  protected override focusControl(): void {
    this.#editor?.focus();
  }

  /** `value` is written over what is there each time it is another one. */
  #follow(): void {
    const [before, given] = [this.#followed, this.#given];
    this.#followed = given;
    if (before !== undefined && given !== undefined && given !== before) this.scope.store.set(this.scope.fieldPath(this.name), given);
  }

  async #begin(box: HTMLElement): Promise<void> {
    this.#asked = true;
    const editor = await createEditor({
      parent: box,
      doc: toText(this.value),
      ...this.#wanted,
      onChange: (doc) => this.change(doc),
      onBlur: this.touch,
    });
    if (this.#asked && box.isConnected && this.contains(box)) this.#editor = editor;
    else editor.destroy();
    this.requestUpdate();
  }

  #settings(): EditorSettings {
    return {
      language: this.word('language', LANGUAGES),
      label: this.label(this.shownLabel || inWords(this.name)),
      placeholder: this.text('placeholder'),
      readonly: this.flag('readonly') || this.flag('disabled'),
      lineNumbers: this.flag('line_numbers', true),
      wrap: this.flag('wrap'),
      invalid: this.shownFault !== undefined,
      description: [this.text('help'), this.shownFault].filter(Boolean).join(' '),
    };
  }

  /** As high as its lines, within the limits; before the editor is there the place is kept by an estimate. */
  #sizes(): Record<string, string | undefined> {
    const height = this.number('height');
    const [least, most] = [height ?? this.number('min_height', 120), height ?? this.number('max_height', 480)];
    const lines = toText(this.value).split('\n').length;
    const guess = Math.max(least, Math.min(most, lines * LINE + EDGES));
    return { '--editor-min': px(least), '--editor-max': px(most), '--editor-guess': px(guess) };
  }
}

definePrimitive({
  type: 'code_editor',
  properties: [...FIELD_PROPERTIES, 'language', 'value', 'placeholder', 'readonly', 'line_numbers', 'wrap', 'height', 'min_height', 'max_height', 'validation'],
  element: CodeEditorElement,
});
