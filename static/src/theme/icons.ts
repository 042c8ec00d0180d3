/** Theme: wa-icon draws only from our own files; its own libraries would load from elsewhere and as data: URIs. */
import WaIcon from '@awesome.me/webawesome/dist/components/icon/icon.js';
import { registerIconLibrary } from '@awesome.me/webawesome/dist/components/icon/library.js';

const FOLDER = `${import.meta.env.BASE_URL}icons/`;

/** Web Awesome's own components ask for Font Awesome names; these are the same drawings in Material Symbols. */
const SYSTEM_NAMES: Record<string, string> = {
  'arrow-up-right-from-square': 'open_in_new',
  check: 'check',
  'chevron-down': 'keyboard_arrow_down',
  'chevron-left': 'chevron_left',
  'chevron-right': 'chevron_right',
  'chevron-up': 'keyboard_arrow_up',
  'circle-xmark': 'cancel',
  copy: 'content_copy',
  eye: 'visibility',
  'eye-slash': 'visibility_off',
  minus: 'remove',
  plus: 'add',
  xmark: 'close',
};

/** What is drawn where there is no drawing of a name. */
const STAND_IN = 'widgets';
/** Names that turned out to have none; each is asked for once. */
const missing = new Set<string>();

/** Address of an icon; a name that could leave the folder, or that has no drawing, becomes the stand-in. */
export function iconUrl(name: string): string {
  return `${FOLDER}${/^[a-z0-9_]+$/.test(name) && !missing.has(name) ? name : STAND_IN}.svg`;
}

registerIconLibrary('default', { resolver: iconUrl });
registerIconLibrary('system', { resolver: (name) => iconUrl(SYSTEM_NAMES[name] ?? STAND_IN) });

/** What each icon has asked the stand-in for; where that cannot be had either, it stays empty. */
const helped = new WeakMap<WaIcon, string>();

// Heard on its way down, wherever the icon stands.
document.addEventListener(
  'wa-error',
  ({ target }) => {
    if (!(target instanceof WaIcon) || target.library !== 'default' || !target.name || target.name === STAND_IN) return;
    if (helped.get(target) === target.name) return;
    helped.set(target, target.name);
    missing.add(target.name);
    void target.setIcon();
  },
  true,
);
