/** Dashboard: which workspaces there are, live: one's own from one stream, the organisation's from another. */
import { follow } from '../../panels/feed.ts';
import type { Workspace } from '../../panels/shapes.ts';
import { page } from './page.ts';

type Source = 'own' | 'shared';

export class Workspaces {
  readonly #lists: Record<Source, Map<string, Workspace>> = { own: new Map(), shared: new Map() };

  constructor(
    initial: Workspace[],
    readonly changed: () => void,
  ) {
    for (const workspace of initial) this.#lists[workspace.visibility === 'tenant' ? 'shared' : 'own'].set(workspace.id, workspace);
  }

  /** Oldest first, as the server lists them. */
  all(): Workspace[] {
    const known = new Map([...this.#lists.own, ...this.#lists.shared]);
    return [...known.values()].sort((left, right) => (left.created_at < right.created_at ? -1 : 1));
  }

  get(id: string): Workspace | undefined {
    return this.#lists.shared.get(id) ?? this.#lists.own.get(id);
  }

  /** What a call of this page answered; the events that follow say the same. */
  put(workspace: Workspace): void {
    const source = workspace.visibility === 'tenant' ? 'shared' : 'own';
    this.#lists[source === 'own' ? 'shared' : 'own'].delete(workspace.id);
    this.#lists[source].set(workspace.id, workspace);
    this.changed();
  }

  /** Follows both streams until the returned function is called. */
  follow(): () => void {
    const ends = [this.#follow('own', `user:${page.userId}`), this.#follow('shared', `tenant:${page.tenantId}`)];
    return () => ends.forEach((end) => end());
  }

  #follow(source: Source, stream: string): () => void {
    const list = this.#lists[source];
    return follow(stream, {
      snapshot: ({ data }) => {
        const shown = (data as { workspaces?: Workspace[] }).workspaces ?? [];
        list.clear();
        for (const workspace of shown) list.set(workspace.id, workspace);
        this.changed();
      },
      event: ({ event, data }) => {
        if (event === 'workspace.put') {
          const { workspace } = data as { workspace: Workspace };
          list.set(workspace.id, workspace);
        } else if (event === 'workspace.removed') {
          list.delete((data as { workspace_id: string }).workspace_id);
        } else {
          return;
        }
        this.changed();
      },
    });
  }
}
