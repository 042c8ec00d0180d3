/** Sandbox: tells widgets that see the panels of their dashboard when these have changed. */
import { follow } from '../panels/feed.ts';

/** Milliseconds in which several changes are one. */
const TOGETHER = 400;
const SHOWING = ['panel:open', 'panel:close', 'panel-drawer-closed'];

/** Reads the panels after every change of the dashboard or of what is shown, and tells them where they differ, until
 * the returned function is called. */
export function watchPanels(
  workspaceId: string | null | undefined,
  read: () => Promise<unknown>,
  tell: (panels: unknown) => void,
  followStream: typeof follow = follow,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let known = '';
  let hasSnapshot = false;
  const look = async (mine: typeof timer): Promise<void> => {
    const panels = await read().catch(() => undefined); // the next change comes
    const text = JSON.stringify(panels);
    if (panels === undefined || timer !== mine || text === known) return; // ended, or soon read again
    known = text;
    tell(panels);
  };
  const later = (): void => {
    clearTimeout(timer);
    const mine = setTimeout(() => void look(mine), TOGETHER);
    timer = mine;
  };
  const leave = workspaceId
    ? followStream(`workspace:${workspaceId}`, {
        event: ({ event }) => event.startsWith('instance.') && later(),
        snapshot: () => (hasSnapshot ? later() : (hasSnapshot = true)),
      })
    : undefined;
  for (const name of SHOWING) window.addEventListener(name, later);
  return () => {
    clearTimeout(timer);
    timer = undefined;
    leave?.();
    for (const name of SHOWING) window.removeEventListener(name, later);
  };
}
