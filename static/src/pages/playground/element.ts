/** Playground: `<play-ground>`, a document on the left, its widgets on the right. */
import { LitElement, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { putOnClipboard } from '../../clipboard.ts';
import type { Diagnostic } from '../../declarative/editor/index.ts';
import { toYaml } from '../../declarative/expressions/formats.ts';
import { t, tn } from '../../i18n.ts';
import type { Noted } from '../../preview/dry.ts';
import type { ZonePreview } from '../../preview/zone_preview.ts';
import { toast } from '../../shell/toasts.ts';
import { Board } from './board.ts';
import { MAIN, VALUES, fileOf, isImported, wordsOf } from './checking.ts';
import { chooseExample } from './choosing.ts';
import { isEmpty, keepDraft, keptDraft } from './drafts.ts';
import type { DraftEditor } from './editor.ts';
import type { Example } from './examples.ts';
import { askForFile } from './files.ts';
import { logView, withEntry } from './log.ts';
import type { LogEntry } from './log.ts';
import { fallbackList, problemList, summary } from './problems.ts';
import { EMPTY, SharingError, draftOf, fragmentOf } from './sharing.ts';
import type { Draft } from './sharing.ts';

const FIRST_EXAMPLE = 'app:table';
const EXAMPLE = /^example=(.+)$/;

export class Playground extends LitElement {
  static override properties = { shown: { state: true }, log: { state: true }, succeeds: { state: true } };
  /** The text in the editor: the document, a file's name, or the values. */
  declare private shown: string;
  declare private log: LogEntry[];
  /** Whether tools answer that they worked. */
  declare private succeeds: boolean;
  readonly #board = new Board();

  constructor() {
    super();
    this.shown = MAIN;
    this.log = [];
    this.succeeds = true;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#board.addEventListener('change', () => this.requestUpdate());
    this.#board.addEventListener('edit', () => keepDraft(localStorage, this.#person, this.#board.draft));
    window.addEventListener('hashchange', this.#follow);
    void this.#begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('hashchange', this.#follow);
    this.#board.stop();
  }

  get #person(): string {
    const { signedIn = '', tenant = '' } = document.body.dataset;
    return `${signedIn}:${tenant}`;
  }

  /** What the address names, else the draft of last time, else an example. */
  async #begin(): Promise<void> {
    const kept = keptDraft(localStorage, this.#person);
    if (await this.#openAddress(kept)) return;
    if (kept && !isEmpty(kept)) this.#open(kept);
    else await this.#openExample(FIRST_EXAMPLE);
  }

  readonly #follow = (): void => void this.#openAddress(this.#board.draft);

  /** Opens what the fragment names; the draft that was there before can be had back. */
  async #openAddress(former: Draft | undefined): Promise<boolean> {
    const fragment = decoded(location.hash.slice(1));
    if (fragment === '') return false;
    history.replaceState(null, '', location.pathname);
    const example = EXAMPLE.exec(fragment)?.[1];
    const opened = example ? await this.#openExample(example) : await this.#openShared(fragment);
    if (opened && former && !isEmpty(former)) {
      const back = { label: t('Back to my draft'), run: () => this.#open(former) };
      toast(t('Opened from the link.'), { action: back, duration: 15_000 });
    }
    return opened;
  }

  async #openShared(fragment: string): Promise<boolean> {
    try {
      const draft = await draftOf(fragment);
      if (draft) this.#open(draft);
      return draft !== undefined;
    } catch (error) {
      toast((error as Error).message, { kind: 'error' });
      return false;
    }
  }

  async #openExample(name: string): Promise<boolean> {
    const found = (await loadExamples()).find((example) => example.name === name);
    if (found) this.#open(found.draft(), true);
    else toast(t('There is no example called {name}.', { name }), { kind: 'error' });
    return found !== undefined;
  }

  #open(draft: Draft, makeUp = false): void {
    this.shown = MAIN;
    this.log = [];
    this.#board.open(draft, { makeUp });
  }

  override render(): TemplateResult {
    return html`<div class="play">${this.#writing()} ${this.#looking()}</div>`;
  }

  #writing(): TemplateResult {
    const { draft, problems } = this.#board;
    return html`<section class="play-pane" aria-label=${t('Document')}>
      <div class="play-bar">
        ${this.#texts()}
        <div class="cluster push">
          <button type="button" class="button" data-size="small" @click=${this.#choose}><wa-icon name="menu_book"></wa-icon>${t('Examples')}</button>
          <button type="button" class="button" data-size="small" @click=${this.#share}><wa-icon name="link"></wa-icon>${t('Copy link')}</button>
        </div>
      </div>
      ${repeat(
        [MAIN, VALUES, ...Object.keys(draft.files)],
        (name) => name,
        (name) => this.#editor(name),
      )}
      <div class="play-status" role="status" data-tone=${this.#tone()}>${this.#status()}</div>
      ${problemList(problems, draft.files, (file, line) => void this.#goTo(file, line))}
    </section>`;
  }

  #texts(): TemplateResult {
    return html`<div class="app-tabs play-tabs" role="group" aria-label=${t('Texts')}>
      ${this.#text(MAIN, t('Document'))}
      ${this.#text(VALUES, t('Values'))}
      ${Object.keys(this.#board.draft.files).map((name) => this.#text(name, name.replace(/^widgets\//, '')))}
      <button type="button" class="icon-button" data-size="small" aria-label=${t('Add a file')} title=${t('Add a file')} @click=${this.#addFile}>
        <wa-icon name="add"></wa-icon>
      </button>
    </div>`;
  }

  #text(name: string, title: string): TemplateResult {
    const faulty = this.#board.problems.some((problem) => problem.severity === 'error' && fileOf(problem, this.#board.draft.files) === name);
    const removable = name !== MAIN && name !== VALUES;
    return html`<button type="button" class="app-tab" aria-pressed=${String(this.shown === name)} @click=${() => (this.shown = name)}>
        <span>${title}</span>${faulty ? html`<span class="play-dot"><span class="visually-hidden">${t('has errors')}</span></span>` : nothing}
      </button>
      ${removable && this.shown === name
        ? html`<button type="button" class="icon-button" data-size="small" aria-label=${t('Remove {name}', { name })} @click=${() => this.#removeFile(name)}>
            <wa-icon name="close"></wa-icon>
          </button>`
        : nothing}`;
  }

  #editor(name: string): TemplateResult {
    const { draft } = this.#board;
    const text = name === MAIN ? draft.source : name === VALUES ? draft.values : draft.files[name]!;
    const label = name === MAIN ? t('Document as YAML or JSON') : name === VALUES ? t('Values as JSON') : name;
    const json = name === VALUES || /^\s*[[{]/.test(text);
    return html`<div class="play-text" data-text=${name || 'document'} ?hidden=${this.shown !== name}>
      ${name === VALUES ? this.#aboutValues() : nothing}
      <draft-editor
        .doc=${text}
        .language=${json ? 'json' : 'yaml'}
        .label=${label}
        .marks=${this.#marks(name)}
        @edited=${(event: CustomEvent<string>) => this.#edited(name, event.detail)}
      ></draft-editor>
    </div>`;
  }

  #aboutValues(): TemplateResult {
    return html`<div class="play-note caption">
      <span>${t('What the widget is tried with: ctx, state, data (by binding) and results (by tool).')}</span>
      <button type="button" class="button" data-size="small" ?disabled=${this.#board.places.length === 0} @click=${() => this.#board.makeUpValues()}>
        ${t('Make up values')}
      </button>
    </div>`;
  }

  #marks(name: string): Diagnostic[] {
    const { draft, problems } = this.#board;
    const here = problems.filter((problem) => problem.line && fileOf(problem, draft.files) === name);
    return here.map((problem) => ({ line: problem.line!, message: wordsOf(problem), severity: problem.severity }));
  }

  #edited(name: string, text: string): void {
    if (name === MAIN) this.#board.setSource(text);
    else if (name === VALUES) this.#board.setValues(text);
    else this.#board.setFile(name, text);
  }

  #tone(): string {
    const { faulty, problems, checking, verdict } = this.#board;
    if (checking || !verdict) return 'neutral';
    return faulty ? 'error' : problems.length > 0 ? 'warning' : 'success';
  }

  #status(): TemplateResult {
    const { trouble, checking, problems, draft, verdict } = this.#board;
    const count = (severity: string): number => problems.filter((problem) => problem.severity === severity).length;
    if (trouble) {
      return html`<wa-icon name="cloud_off"></wa-icon>${t('This could not be checked. {reason}', { reason: trouble })}
        <button type="button" class="button" data-size="small" @click=${() => void this.#board.checkNow()}>${t('Try again')}</button>`;
    }
    if (draft.source.trim() === '') return html`${t('Write a document, paste one, or begin with an example.')}`;
    if (checking || !verdict) return html`<span class="spinner" aria-hidden="true"></span>${t('Checking…')}`;
    return html`<wa-icon name=${count('error') > 0 ? 'error' : count('warning') > 0 ? 'warning' : 'check_circle'}></wa-icon>${summary(count('error'), count('warning'))}`;
  }

  #looking(): TemplateResult {
    const { places, values, faulty, verdict, missing } = this.#board;
    return html`<section class="play-pane" aria-label=${t('Preview')}>
      ${places.length === 0
        ? this.#nothing()
        : html`${faulty ? html`<p class="caption play-stale"><wa-icon name="history"></wa-icon>${t('As it was before the errors')}</p>` : nothing}
            <zone-preview .places=${places} .values=${values} .succeeds=${this.succeeds} ?data-dimmed=${faulty} @noted=${this.#noted}></zone-preview>`}
      ${verdict && isImported(verdict) ? fallbackList(verdict.kind, verdict.fallbacks, () => this.#convert(), (line) => void this.#goTo('', line)) : nothing}
      ${missing.length > 0 ? this.#missing(missing) : nothing}
      <div class="play-answers">
        <span class="caption" id="answers-title">${t('Tools and requests answer with')}</span>
        <div class="segments" role="group" aria-labelledby="answers-title">
          <button type="button" aria-pressed=${String(this.succeeds)} @click=${() => (this.succeeds = true)}>${t('Success')}</button>
          <button type="button" aria-pressed=${String(!this.succeeds)} @click=${() => (this.succeeds = false)}>${t('Failure')}</button>
        </div>
      </div>
      ${logView(this.log, () => (this.log = []))}
    </section>`;
  }

  #nothing(): TemplateResult {
    const { faulty } = this.#board;
    return html`<div class="card play-empty">
      <div class="empty">
        <span class="tile" data-tone="accent"><wa-icon name="widgets"></wa-icon></span>
        <div class="empty-title">${faulty ? t('Nothing to show yet') : t('Your widget appears here')}</div>
        <p>${faulty ? t('Once the document has no errors, it is shown here.') : t('Write it on the left. An app, its block widgets, a single tree, an Adaptive Card or A2UI.')}</p>
      </div>
    </div>`;
  }

  #missing(names: string[]): TemplateResult {
    return html`<div class="alert" data-tone="info">
      <wa-icon name="info"></wa-icon>
      <div class="alert-body">${tn('Nothing is loaded here. This binding has no value yet:', 'Nothing is loaded here. These bindings have no value yet:', names.length)} <span class="mono">${names.join(', ')}</span></div>
      <button type="button" class="button" data-size="small" @click=${() => this.#board.makeUpValues()}>${t('Make up values')}</button>
    </div>`;
  }

  readonly #noted = (event: CustomEvent<Noted>): void => {
    this.log = withEntry(this.log, event.detail);
  };

  readonly #choose = async (): Promise<void> => {
    const example: Example | undefined = await chooseExample(await loadExamples());
    if (!example) return;
    const former = this.#board.draft;
    this.#open(example.draft(), true);
    if (!isEmpty(former)) toast(t('The example is open.'), { action: { label: t('Back to my draft'), run: () => this.#open(former) }, duration: 10_000 });
  };

  readonly #share = async (): Promise<void> => {
    try {
      const fragment = await fragmentOf(this.#board.draft);
      const worked = await putOnClipboard(`${location.origin}${location.pathname}#${fragment}`);
      if (worked) toast(t('The link is copied. All of the draft stands in it; nothing is kept on the server.'), { kind: 'success' });
      else location.hash = fragment; // the address bar has it then
    } catch (error) {
      toast(error instanceof SharingError ? error.message : t('Something went wrong.'), { kind: 'error' });
    }
  };

  readonly #addFile = async (): Promise<void> => {
    const name = await askForFile(Object.keys(this.#board.draft.files));
    if (name === undefined) return;
    this.#board.setFile(name, 'type: text\ntext: Hello\n');
    this.shown = name;
  };

  #removeFile(name: string): void {
    const text = this.#board.draft.files[name]!;
    this.#board.removeFile(name);
    this.shown = MAIN;
    toast(t('{name} is removed.', { name }), { action: { label: t('Undo'), run: () => this.#board.setFile(name, text) } });
  }

  /** What was imported becomes a document of ours. */
  #convert(): void {
    const { config } = this.#board.verdict ?? {};
    if (config) this.#board.open({ ...EMPTY, source: `${toYaml({ data: {}, ...config })}\n` });
  }

  async #goTo(file: string, line: number): Promise<void> {
    this.shown = file;
    await this.updateComplete;
    await this.querySelector<DraftEditor>(`[data-text="${CSS.escape(file || 'document')}"] draft-editor`)?.goTo(line);
  }

  /** For tests and for the shell: the preview, once something is shown. */
  get preview(): ZonePreview | null {
    return this.querySelector('zone-preview');
  }
}

/** A fragment that was cut within a character is read as it is. */
function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

async function loadExamples(): Promise<Example[]> {
  return (await import('./examples.ts')).examples();
}
