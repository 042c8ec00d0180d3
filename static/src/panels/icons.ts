/** Panels: the icon that stands for a kind of panel. */

const BY_TYPE: Record<string, string> = {
  taskboard: 'view_kanban',
  list: 'checklist',
  notes: 'sticky_note_2',
  links: 'link',
  metric: 'monitoring',
  recent: 'history',
  'quick-links': 'bolt',
  demo: 'waving_hand',
  plugin: 'extension',
};

/** The icon of a panelType; one that no template serves gets the general one. */
export function panelIcon(panelType: string): string {
  return Object.hasOwn(BY_TYPE, panelType) ? BY_TYPE[panelType]! : 'widgets';
}
