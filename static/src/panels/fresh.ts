/** Panels: a subtle mark on what somebody else, or the chat, has just changed. */

/** How long after an event its change appears at the latest, and how long the mark stays (panels.css). Milliseconds. */
const APPEARS = 150;
const STAYS = 2_000;

/** Marks the rows and cards below `root` that change within the next moment. */
export function markChanges(root: HTMLElement): void {
  const observer = new MutationObserver((records) => {
    for (const { target, addedNodes } of records) {
      for (const node of [target, ...addedNodes]) mark(node, root);
    }
  });
  observer.observe(root, { childList: true, characterData: true, subtree: true });
  setTimeout(() => observer.disconnect(), APPEARS);
}

function mark(node: Node, root: HTMLElement): void {
  const element = node instanceof Element ? node : node.parentElement;
  const row = element?.closest<HTMLElement>('li, tr, .stat');
  if (!row || !root.contains(row) || row.classList.contains('kanban-empty')) return;
  row.dataset['fresh'] = '';
  setTimeout(() => delete row.dataset['fresh'], STAYS);
}
