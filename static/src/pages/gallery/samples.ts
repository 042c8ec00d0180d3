/** Page `gallery`: the widgets it shows. */
import type { TreeNode, WidgetDefinition } from '../../declarative/tree.ts';

export interface Sample {
  title: string;
  definition: WidgetDefinition;
}

const TASKS = [
  { id: '1', title: 'Buy milk', column: 'todo', due: '2026-03-20', tag: 'home' },
  { id: '2', title: 'Write the release notes for the next version', column: 'todo', due: '2026-03-16', tag: 'work' },
  { id: '3', title: 'Renew the certificate', column: 'doing', due: '2026-03-15', tag: 'ops' },
  { id: '4', title: 'Book the room', column: 'done', due: '2026-03-10', tag: 'work' },
];

const ORDERS = [
  { id: 1, name: 'Northwind', status: 'open', total: 1240.5, placed: '2026-03-01' },
  { id: 2, name: 'Contoso', status: 'failed', total: 89, placed: '2026-02-21' },
  { id: 3, name: 'Fabrikam', status: 'done', total: 15_300, placed: '2026-01-11' },
];

const board: TreeNode = {
  type: 'column',
  gap: 12,
  children: [
    {
      type: 'row',
      children: [
        { type: 'text_input', name: 'title', placeholder: 'Add a task', flex: 1, aria_label: 'Task', icon: 'add' },
        { type: 'button', label: 'Add', variant: 'primary', disabled: '{{!form.title}}', action: { action: 'alert', text: 'Added {{form.title}}' } },
      ],
    },
    {
      type: 'kanban',
      columns: [
        { id: 'todo', title: 'To do', accent: 'blue' },
        { id: 'doing', title: 'Doing', accent: 'orange', limit: 2 },
        { id: 'done', title: 'Done', accent: 'green' },
      ],
      items: '{{tasks}}',
      item: {
        type: 'column',
        gap: 6,
        children: [
          { type: 'text', text: '{{item.title}}' },
          {
            type: 'row',
            children: [
              { type: 'badge', text: '{{item.tag}}', color: 'purple' },
              { type: 'text', text: '{{item.due | date}}', variant: 'caption', color: 'muted' },
            ],
          },
        ],
      },
      on_move: { action: 'alert', text: 'Moved {{item.title}} to {{column}}' },
    },
  ],
};

const sources: TreeNode = {
  type: 'column',
  gap: 12,
  children: [
    { type: 'text', text: 'Pick the sources to use for your next question', variant: 'caption', color: 'muted' },
    {
      type: 'list',
      items: '{{sources}}',
      item: {
        type: 'card',
        title: '{{item.name}}',
        subtitle: '{{item.doc_count}} docs',
        icon: '{{item.kind | source_icon}}',
        selected: '{{(state.selected_sources | filter("id", item.id) | length) > 0}}',
        action: { action: 'set_state', set: { 'selected_sources.toggle': { id: '{{item.id}}' } } },
      },
    },
    { type: 'divider' },
    { type: 'stat', label: 'Selected', value: '{{state.selected_sources | length}}', icon: 'check' },
  ],
};

const booking: TreeNode = {
  type: 'form',
  id: 'booking_form',
  initial: { topic: '', duration: 30 },
  children: [
    { type: 'text_input', name: 'topic', label: 'Topic', placeholder: '1:1 sync', required: true, validation: { min: 3, max: 120 } },
    { type: 'textarea', name: 'notes', label: 'Notes', rows: 3, max_chars: 500, help: 'Everyone who is invited sees these.' },
    {
      type: 'grid',
      columns: 2,
      children: [
        { type: 'select', name: 'priority', label: 'Priority', options: [{ value: 'low', label: 'Low' }, { value: 'high', label: 'High' }], default: 'low' },
        { type: 'text_input', name: 'duration', label: 'Minutes', validation: { type_hint: 'integer', min: 5, max: 240 } },
      ],
    },
    { type: 'switch', name: 'remind', label: 'Remind me', default: true },
    { type: 'checkbox', name: 'agree', label: 'The room is free', required: true },
  ],
  submit: { label: 'Book', loading_label: 'Booking…', icon: 'check', action: { action: 'tool', tool: 'create_meeting', on_success: { action: 'alert', kind: 'success', text: 'Booked' } } },
};

const figures: TreeNode = {
  type: 'column',
  gap: 16,
  children: [
    {
      type: 'grid',
      columns: 4,
      children: [
        { type: 'stat', label: 'Visitors', value: 18_423, format: 'number', trend: '+12 %', trend_label: 'since Monday', icon: 'group' },
        { type: 'stat', label: 'Errors', value: 3, trend: -2, icon: 'bug_report', accent: 'red' },
        { type: 'stat', label: 'Response', value: 182, unit: 'ms', trend: '0', icon: 'speed', accent: 'cyan' },
        { type: 'stat', label: 'Uptime', value: 0.87, format: 'percent', icon: 'favorite', accent: 'green' },
      ],
    },
    {
      type: 'table',
      aria_label: 'Orders',
      rows: '{{orders}}',
      sort: { key: 'placed', direction: 'desc' },
      page_size: 2,
      columns: [
        { key: 'name', label: 'Customer', sortable: true },
        { key: 'status', label: 'Status', format: 'badge' },
        { key: 'total', label: 'Total', format: 'money', sortable: true },
        { key: 'placed', label: 'Placed', format: 'date', sortable: true },
      ],
      row_action: { action: 'alert', text: '{{item.name}}' },
    },
  ],
};

const content: TreeNode = {
  type: 'column',
  gap: 12,
  children: [
    { type: 'text', text: 'A title', variant: 'title' },
    { type: 'text', text: 'A heading', variant: 'heading' },
    { type: 'text', text: 'Body text, long enough to show how lines follow each other in a widget that people read.' },
    { type: 'markdown', text: '## Markdown\n\nWith **bold**, `code`, [a link](https://example.org) and\n\n- one\n- two\n\n> a quote\n\n```\nplain code\n```' },
    { type: 'row', children: ['blue', 'purple', 'green', 'orange', 'red', 'cyan', 'muted'].map((color) => ({ type: 'badge', text: color, color })) },
    { type: 'row', children: ['soft', 'solid', 'outline'].map((variant) => ({ type: 'badge', text: variant, color: 'green', variant, icon: 'check' })) },
    {
      type: 'row',
      children: [
        { type: 'button', label: 'Primary', variant: 'primary', icon: 'check' },
        { type: 'button', label: 'Secondary', icon: 'refresh' },
        { type: 'button', label: 'Ghost', variant: 'ghost' },
        { type: 'button', label: 'Delete', variant: 'destructive', icon: 'delete', action: { action: 'confirm', title: 'Delete this board', text: 'Its tasks go with it.', variant: 'destructive', confirm_label: 'Delete', confirm_action: { action: 'alert', kind: 'success', text: 'Deleted' } } },
        { type: 'button', label: 'Disabled', disabled: true },
        { type: 'icon_button', icon: 'edit', label: 'Edit' },
        { type: 'link', label: 'Documentation', url: 'https://example.org', icon: 'menu_book' },
      ],
    },
    ...['info', 'success', 'warning', 'error'].map((kind) => ({ type: 'alert', kind, title: kind, text: 'Something that people should know.', dismissible: kind === 'info' })),
    { type: 'progress', label: 'Upload', value: 62, show_value: true },
    { type: 'progress', label: 'Working' },
    { type: 'section', title: 'Details', subtitle: 'Folded away until wanted', icon: 'tune', children: [{ type: 'text', text: 'Inside' }] },
    { type: 'image', src: '/static/none.png', alt: 'A picture that is missing', height: 80 },
    { type: 'skeleton', kind: 'list', count: 2 },
    { type: 'divider', label: 'or' },
    { type: 'empty_state', icon: 'inbox', title: 'No sources yet', subtitle: 'Add one, and it is there for the next question.', cta: { label: 'Add a source', icon: 'add', action: { action: 'alert', text: 'Add' } } },
    { type: 'hologram' },
  ],
};

/** Widgets that together use every primitive. */
export function samples(): Sample[] {
  const widget = (title: string, tree: TreeNode, values: Record<string, unknown> = {}): Sample => ({
    title,
    definition: { widgetId: title, tree, values, state: { selected_sources: [{ id: 'b' }] } },
  });
  return [
    widget('Task board', board, { tasks: TASKS }),
    widget('Sources', sources, {
      sources: [
        { id: 'a', name: 'Handbook', doc_count: 12, kind: 'pdf' },
        { id: 'b', name: 'Wiki', doc_count: 240, kind: 'web' },
      ],
    }),
    widget('Booking', booking),
    widget('Figures', figures, { orders: ORDERS }),
    widget('Content', content),
  ];
}
