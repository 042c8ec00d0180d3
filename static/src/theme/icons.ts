/** Theme: wa-icon draws only from our own files; its own libraries would load from elsewhere and as data: URIs. */
import '@awesome.me/webawesome/dist/components/icon/icon.js';
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

/** Address of an icon; a name that could leave the folder becomes the stand-in. */
export function iconUrl(name: string): string {
  return `${FOLDER}${/^[a-z0-9_]+$/.test(name) ? name : 'widgets'}.svg`;
}

registerIconLibrary('default', { resolver: iconUrl });
registerIconLibrary('system', { resolver: (name) => iconUrl(SYSTEM_NAMES[name] ?? 'widgets') });
