/** Editor: a code editor that is loaded when it is first needed; the primitive and the playground use the same one. */
import type { Language } from './languages.ts';

export type { Language };

/** Something about a line, shown beside it and under it. */
export interface Diagnostic {
  /** From 1; a line that is not there becomes the nearest. */
  line: number;
  message: string;
  severity: 'error' | 'warning' | 'info';
}

export interface EditorOptions {
  /** Takes the editor as its last child. */
  parent: HTMLElement;
  doc: string;
  language?: Language;
  onChange?(doc: string): void;
  /** The person has left the editor. */
  onBlur?(): void;
  diagnostics?: Diagnostic[];
  /** Name read to people who cannot see it. */
  label?: string;
  placeholder?: string;
  readonly?: boolean;
  lineNumbers?: boolean;
  wrap?: boolean;
}

/** What can be changed later; a member that is left out stays as it is. */
export interface EditorSettings extends Pick<EditorOptions, 'language' | 'label' | 'placeholder' | 'readonly' | 'lineNumbers' | 'wrap'> {
  /** Whether the text is marked as wrong, and what else is read after the name. */
  invalid?: boolean;
  description?: string;
}

/** The element takes its size from `height`, `--editor-min` and `--editor-max`; its colours are the page's. */
export interface Editor {
  readonly element: HTMLElement;
  readonly doc: string;
  /** Replaces the text, as one step that can be undone; `onChange` is not called. */
  setDoc(doc: string): void;
  setDiagnostics(diagnostics: readonly Diagnostic[]): void;
  configure(settings: EditorSettings): void;
  /** Puts the cursor at the beginning of a line, in view. */
  goTo(line: number): void;
  focus(): void;
  destroy(): void;
}

/** Makes an editor. The first call fetches it. */
export async function createEditor(options: EditorOptions): Promise<Editor> {
  return new (await import('./codemirror.ts')).CodeMirrorEditor(options);
}
