/** Dashboard: what can be placed, as a list to choose from and search in. No DOM here. */
import { t } from '../../i18n.ts';
import { plainName } from '../../texts.ts';
import type { Available, Builtin, Command, Widget } from './server.ts';

export interface Choice {
  /** Id of the widget, or slug of the built-in. */
  key: string;
  widgetId: string | undefined;
  builtin: boolean;
  name: string;
  description: string;
  icon: string;
  panelType: string;
  enabled: boolean;
  /** Its panel stays empty, because its script is not here. */
  chatOnly?: boolean;
  /** What one can say to it; searched, too. */
  said: string;
  /** Several built-ins that differ by a letter and are chosen in one row. */
  badges?: { slug: string; letter: string }[];
}

const BADGE = /^quick-links-([a-z])$/;

/** Whether it can be placed from a list: a plugin where its author lets people open its page. */
export function isLaunchable({ manifest }: Pick<Widget, 'manifest'>): boolean {
  return manifest.panelType !== 'plugin' || manifest.plugin?.widget?.launchable === true;
}

/** Installed widgets that make panels, then built-ins; the twenty-six Quick Links are one choice with a letter. */
export function choicesOf({ widgets, builtins }: Available): Choice[] {
  const badges = builtins.filter(({ slug }) => BADGE.test(slug));
  const others = builtins.filter(({ slug }) => !BADGE.test(slug)).map(builtinChoice);
  const panels = widgets.filter(isLaunchable);
  const installed = panels.map((widget) => ({
    key: widget.id,
    widgetId: widget.id,
    builtin: false,
    name: plainName(widget.name),
    description: widget.manifest.description ?? '',
    icon: '',
    panelType: widget.manifest.panelType ?? '',
    enabled: widget.enabled,
    chatOnly: (widget.problems ?? []).length > 0,
    said: saidOf(widget.commands),
  }));
  return [...installed, ...others, ...(badges.length > 0 ? [badgesChoice(badges)] : [])];
}

function builtinChoice({ slug, name, description, icon, commands }: Builtin): Choice {
  return { key: slug, widgetId: undefined, builtin: true, name, description, icon, panelType: '', enabled: true, said: saidOf(commands) };
}

function badgesChoice(badges: Builtin[]): Choice {
  return {
    ...builtinChoice(badges[0]!),
    key: 'quick-links',
    name: t('Quick Links'),
    badges: badges.map(({ slug }) => ({ slug, letter: BADGE.exec(slug)![1]!.toUpperCase() })),
  };
}

function saidOf(commands: Command[]): string {
  return commands.flatMap(({ description, examples }) => [description, ...examples]).join(' ');
}

/** Every word of the query occurs in the name, the description or what one can say. */
export function found({ name, description, said }: Choice, query: string): boolean {
  const text = `${name} ${description} ${said}`.toLowerCase();
  return query.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}
