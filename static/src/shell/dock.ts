/** Shell: the chat dock at the right, which stays as it is from page to page. */

const root = document.documentElement;
// The chat brings its own element; it is loaded when the dock is first opened.
const chatDock = import.meta.glob('../pages/chat/dock.ts');

/** Whether the dock is open. */
export function dockIsOpen(): boolean {
  return root.dataset['dock'] === 'open';
}

/** Opens or closes the dock and remembers it on this device. Does nothing on a page without a dock. */
export function setDock(open: boolean): void {
  const dock = document.getElementById('dock');
  if (!dock) return;
  if (open) root.dataset['dock'] = 'open';
  else delete root.dataset['dock'];
  localStorage.setItem('dock', open ? 'open' : 'closed');
  showState(open);
  dock.dispatchEvent(new CustomEvent('dock-toggle', { bubbles: true, detail: { open } }));
  if (open) void load();
}

async function load(): Promise<void> {
  await Promise.all(Object.values(chatDock).map((bring) => bring()));
}

function showState(open: boolean): void {
  for (const button of document.querySelectorAll('.dock-toggle')) button.setAttribute('aria-expanded', String(open));
}

/** Makes the toggles work; Escape closes the dock where it covers the page. */
export function startDock(): void {
  document.addEventListener('click', (event) => {
    const button = (event.target as Element).closest('[data-dock-toggle]');
    if (button) setDock(!dockIsOpen());
  });
  document.addEventListener('keydown', (event) => {
    const coversPage = innerWidth <= 900;
    if (event.key === 'Escape' && !event.defaultPrevented && coversPage && dockIsOpen() && !document.querySelector('dialog[open]')) setDock(false);
  });
  showState(dockIsOpen());
  if (dockIsOpen() && document.getElementById('dock')) void load();
}
