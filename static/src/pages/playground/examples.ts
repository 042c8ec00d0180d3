/** Playground: the examples of the catalog and the sample apps, as documents that run. Loaded when first asked for. */
import { toYaml } from '../../declarative/expressions/formats.ts';
import type { Action, TreeNode } from '../../declarative/tree.ts';
import { t } from '../../i18n.ts';
import { madeUpFor } from '../../preview/made_up.ts';
import { shapeOfReads } from '../../preview/reading.ts';
import { writeValues } from '../../preview/values.ts';
import { EMPTY } from './sharing.ts';
import type { Draft } from './sharing.ts';

interface Description<Example> {
  title: string;
  description: string;
  'x-group'?: string;
  examples: Example[];
}

export interface Example {
  /** In links: `table`, `chart.2`, `action:tool`, `app:greeter`. */
  name: string;
  title: string;
  group: string;
  description: string;
  draft(): Draft;
}

const primitives = import.meta.glob<Description<TreeNode>>('../../../../widgets_manager/declarative/catalog/primitives/*.json', { eager: true, import: 'default' });
const actions = import.meta.glob<Description<Action>>('../../../../widgets_manager/declarative/catalog/actions/*.json', { eager: true, import: 'default' });
const apps = import.meta.glob<string>('../../../../samples/apps/*/**/*.yaml', { eager: true, query: '?raw', import: 'default' });
const packages = import.meta.glob<string>('../../../../samples/apps/*/package.toml', { eager: true, query: '?raw', import: 'default' });

/** What the examples read of the state: in an app people and tools have set it. */
const STATE: Record<string, unknown> = { used: 0.68, done: 42, total: 96, selected_sources: ['sources-1', 'sources-2'], file: 'files-2' };
const GROUPS = ['layout', 'content', 'data', 'input', 'action', 'feedback'];

/** All of them: an empty one, the apps, the primitives in the order of the catalog, then the actions. */
export function examples(): Example[] {
  return [nothing(), ...appExamples(), ...primitiveExamples(), ...Object.values(actions).flatMap(actionExamples)];
}

/** To begin with nothing. */
function nothing(): Example {
  return { name: 'empty', title: t('Empty document'), group: t('Begin'), description: t('For what you write or paste yourself.'), draft: () => EMPTY };
}

function primitiveExamples(): Example[] {
  const ordered = Object.values(primitives).toSorted((one, other) => GROUPS.indexOf(one['x-group']!) - GROUPS.indexOf(other['x-group']!));
  return ordered.flatMap(({ title, description, examples: trees, 'x-group': group = '' }) =>
    trees.map((tree, index) => ({ name: numbered(title, index), title: numbered(title, index, ' '), group: groupTitle(group), description, draft: () => draftOf(inList(tree)) })),
  );
}

function actionExamples({ title, description, examples: written }: Description<Action>): Example[] {
  return written.map((action, index) => ({
    name: `action:${numbered(title, index)}`,
    title: numbered(title, index, ' '),
    group: t('Actions'),
    description,
    draft: () => draftOf(treeAround(action)),
  }));
}

/** The first has the plain name. */
function numbered(title: string, index: number, between = '.'): string {
  return index === 0 ? title : `${title}${between}${index + 1}`;
}

function groupTitle(group: string): string {
  const titles: Record<string, string> = {
    layout: t('Layout'), content: t('Content'), data: t('Data'), input: t('Input'), action: t('Buttons and links'), feedback: t('Feedback'),
  };
  return titles[group] ?? group;
}

/** A tree with values for what it reads: bindings in the document, everything else under Values. */
function draftOf(tree: TreeNode): Draft {
  const { data, ctx } = madeUpFor([{ tree }]);
  const read = shapeOfReads(tree).fields.get('state')?.fields ?? new Map();
  const state = Object.fromEntries(Object.entries(STATE).filter(([name]) => read.has(name)));
  const bindings = Object.fromEntries(Object.entries(data).map(([name, value]) => [name, { type: 'static', value }]));
  const document = Object.keys(bindings).length > 0 ? { tree, data: bindings } : tree;
  return { source: `${toYaml(document)}\n`, values: writeValues({ ctx, state }), files: {} };
}

/** A button for the action, with a field for each form value that it reads. */
function treeAround(action: Action): TreeNode {
  const button: TreeNode = { type: 'button', label: titled(action.action), action };
  const read = [...(shapeOfReads(action).fields.get('form')?.fields.keys() ?? [])].filter((name) => name !== 'valid');
  const wanted = inList(button);
  if (read.length === 0) return wanted;
  return { type: 'form', children: [...read.map((name) => ({ type: 'text_input', name, label: titled(name) })), wanted] };
}

/** What reads an item is one of a list. */
function inList(node: TreeNode): TreeNode {
  return shapeOfReads(node).fields.has('item') ? { type: 'list', items: '{{things}}', item: node } : node;
}

function titled(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Each folder of the samples with its app.yaml; the other files stand beside it. */
function appExamples(): Example[] {
  return Object.entries(apps).flatMap(([path, source]) => {
    const [, folder, name] = /^(.*\/([^/]+))\/app\.yaml$/.exec(path) ?? [];
    if (!folder || !name) return [];
    const inside = Object.entries(apps).filter(([other]) => other.startsWith(`${folder}/`) && other !== path);
    const files = Object.fromEntries(inside.map(([other, text]) => [other.slice(folder.length + 1), text]));
    return [{ name: `app:${name}`, title: titled(name.replaceAll('-', '_')), group: t('Apps'), description: described(packages[`${folder}/package.toml`]), draft: () => ({ source, values: '', files }) }];
  });
}

/** What a package says about itself. */
function described(toml = ''): string {
  return /^description\s*=\s*"(.*)"\s*$/m.exec(toml)?.[1] ?? '';
}
