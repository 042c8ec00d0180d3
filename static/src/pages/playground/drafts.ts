/** Playground: the draft that this device keeps for the person and organisation. No DOM here. */
import { EMPTY, readDraft } from './sharing.ts';
import type { Draft } from './sharing.ts';

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const nameFor = (person: string): string => `playground:draft:${person}`;

export function keptDraft(store: Store, person: string): Draft | undefined {
  try {
    const kept = store.getItem(nameFor(person));
    return kept === null ? undefined : readDraft(JSON.parse(kept));
  } catch {
    return undefined; // storage may be forbidden, or hold what another version wrote
  }
}

export function keepDraft(store: Store, person: string, draft: Draft): void {
  try {
    if (isEmpty(draft)) store.removeItem(nameFor(person));
    else store.setItem(nameFor(person), JSON.stringify(draft));
  } catch {
    // full or forbidden: the draft lives as long as the page
  }
}

export function isEmpty({ source, values, files }: Draft): boolean {
  return source === EMPTY.source && values === EMPTY.values && Object.keys(files).length === 0;
}
