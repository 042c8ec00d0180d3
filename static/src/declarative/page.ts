/** Declarative: the actions that any page of ours can do; a page adds the ones that are its own. */
import { confirm } from '../shell/dialogs.ts';
import { toast } from '../shell/toasts.ts';
import type { ActionHost } from './hosts.ts';

/** An action host with toasts, questions and addresses; members of `own` come on top. */
export function pageActions(own: ActionHost = {}): ActionHost {
  return {
    toast: (kind, text, seconds) => void toast(text, { kind, ...(seconds === undefined ? {} : { duration: seconds * 1000 }) }),
    confirm: (question) => confirm(question),
    openUrl: (url) => void window.open(url, '_blank', 'noopener,noreferrer'),
    navigate: ({ to }) => {
      if (to) location.assign(to);
    },
    ...own,
  };
}
