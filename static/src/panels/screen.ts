/** Panels: what is on the person's screen, for the chat. */

let placed: readonly string[] | undefined;
let opened: string | undefined;
let focused: string | undefined;

export const screen = {
  /** Ids of the panels of the dashboard shown, and of the one opened large; undefined where the page shows no panels. */
  visiblePanelIds(): string[] | undefined {
    if (!placed) return opened === undefined ? undefined : [opened];
    return opened === undefined || placed.includes(opened) ? [...placed] : [...placed, opened];
  },

  /** The panel opened large, else the one last clicked or focused, while it is on the screen. */
  focusedPanelId(): string | undefined {
    const current = opened ?? focused;
    return current !== undefined && screen.visiblePanelIds()?.includes(current) ? current : undefined;
  },

  /** The dashboard's panels have changed. */
  place(panelIds: readonly string[]): void {
    placed = [...panelIds];
  },

  /** A panel was opened large; undefined when it was closed again. */
  open(panelId: string | undefined): void {
    opened = panelId;
    if (panelId !== undefined) focused = panelId;
  },

  /** A panel was clicked or got the focus. */
  focus(panelId: string | undefined): void {
    focused = panelId;
  },
};
