/** Sessions: the conversation that is open, remembered on this device for the person and organisation. No DOM here. */

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const nameFor = (person: string): string => `chat:open:${person}`;

export function rememberedConversation(store: Store, person: string): string | undefined {
  try {
    return store.getItem(nameFor(person)) ?? undefined;
  } catch {
    return undefined;
  }
}

export function rememberConversation(store: Store, person: string, id: string | undefined): void {
  try {
    if (id === undefined) store.removeItem(nameFor(person));
    else store.setItem(nameFor(person), id);
  } catch {
    // full or forbidden: the next page begins anew
  }
}
