/** Playground: what is being written and how it stands: checked a moment after each change. Knows nothing of how it is drawn. */
import { ApiError } from '../../api.ts';
import { t } from '../../i18n.ts';
import { madeUpFor } from '../../preview/made_up.ts';
import { NO_VALUES, readValues, writeValues } from '../../preview/values.ts';
import type { Values } from '../../preview/values.ts';
import type { Place } from '../../preview/zones.ts';
import { VALUES, check, placesIn } from './checking.ts';
import type { Verdict } from './checking.ts';
import type { Listed } from './problems.ts';
import { EMPTY } from './sharing.ts';
import type { Draft } from './sharing.ts';

export type Checker = (draft: Draft, signal: AbortSignal) => Promise<Verdict>;

const PAUSE = 350;

/** Fires `change` after every change, and `edit` when the draft itself differs. */
export class Board extends EventTarget {
  draft: Draft = EMPTY;
  verdict: Verdict | undefined;
  /** Why the draft could not be checked at all. */
  trouble = '';
  checking = false;
  /** The last widgets without faults, which stay in sight while there are some. */
  places: Place[] = [];
  values: Values = NO_VALUES;
  #valuesFault: Listed | undefined;
  /** Whether values are to be made up once the draft is known to be valid. */
  #wantsValues = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: AbortController | undefined;

  constructor(private readonly checker: Checker = check) {
    super();
  }

  /** Another draft altogether: nothing of the former is shown on. With `makeUp`, bindings without a value get one. */
  open(draft: Draft, { makeUp = false } = {}): void {
    this.draft = draft;
    this.#wantsValues = makeUp;
    this.verdict = undefined;
    this.places = [];
    this.#readValues();
    this.#tell(true);
    void this.checkNow();
  }

  setSource(source: string): void {
    this.#edit({ ...this.draft, source });
  }

  setFile(name: string, text: string): void {
    this.#edit({ ...this.draft, files: { ...this.draft.files, [name]: text } });
  }

  removeFile(name: string): void {
    const { [name]: _gone, ...files } = this.draft.files;
    this.#edit({ ...this.draft, files });
  }

  setValues(values: string): void {
    this.draft = { ...this.draft, values };
    this.#readValues();
    this.#tell(true);
  }

  /** Bindings of what is shown that would be loaded from somewhere and have no value here. */
  get missing(): string[] {
    const sources = this.places.flatMap(({ entry }) => Object.entries(entry.data ?? {}));
    const loaded = sources.filter(([, { type }]) => type === 'http' || type === 'tool').map(([name]) => name);
    return [...new Set(loaded)].filter((name) => !Object.hasOwn(this.values.data, name));
  }

  /** Makes up values for what has none; what the person gave stays. */
  makeUpValues(): void {
    const { data, ctx } = madeUpFor(this.places.map(({ entry }) => entry));
    const given = this.values;
    this.setValues(writeValues({ ...given, data: { ...data, ...given.data }, ctx: { ...ctx, ...given.ctx } }));
  }

  /** Everything that is wrong, errors first. */
  get problems(): Listed[] {
    const { errors = [], warnings = [] } = this.verdict ?? {};
    return [
      ...errors.map((problem) => ({ ...problem, severity: 'error' as const })),
      ...(this.#valuesFault ? [this.#valuesFault] : []),
      ...warnings.map((problem) => ({ ...problem, severity: 'warning' as const })),
    ];
  }

  get faulty(): boolean {
    return this.trouble !== '' || this.problems.some(({ severity }) => severity === 'error');
  }

  /** Checks at once; the newest check wins. */
  async checkNow(): Promise<void> {
    clearTimeout(this.#timer);
    this.#running?.abort();
    if (this.draft.source.trim() === '') return this.#empty();
    const running = (this.#running = new AbortController());
    this.checking = true;
    this.#tell();
    const take = await this.#asked(running.signal);
    if (running.signal.aborted) return; // overtaken: what it says is about another text
    take();
    this.checking = false;
    this.#tell();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#running?.abort();
  }

  /** What the answer changes; not done yet. */
  async #asked(signal: AbortSignal): Promise<() => void> {
    try {
      const verdict = await this.checker(this.draft, signal);
      return () => this.#take(verdict);
    } catch (error) {
      return () => (this.trouble = error instanceof ApiError ? error.message : t('Something went wrong.'));
    }
  }

  #take(verdict: Verdict): void {
    this.trouble = '';
    this.verdict = verdict;
    if (!verdict.valid) return;
    this.places = placesIn(verdict);
    if (this.#wantsValues && this.missing.length > 0) this.makeUpValues();
    this.#wantsValues = false;
  }

  #empty(): void {
    this.verdict = undefined;
    this.trouble = '';
    this.places = [];
    this.checking = false;
    this.#tell();
  }

  #edit(draft: Draft): void {
    this.draft = draft;
    this.#wantsValues = false; // from now on it is the person's own
    this.checking = true;
    this.#running?.abort();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.checkNow(), PAUSE);
    this.#tell(true);
  }

  #readValues(): void {
    const read = readValues(this.draft.values);
    this.#valuesFault = undefined;
    if ('fault' in read) this.#valuesFault = { path: '', file: VALUES, severity: 'error', ...read.fault };
    else if (JSON.stringify(read.values) !== JSON.stringify(this.values)) this.values = read.values;
  }

  #tell(edited = false): void {
    if (edited) this.dispatchEvent(new Event('edit'));
    this.dispatchEvent(new Event('change'));
  }
}
