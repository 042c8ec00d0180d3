/** Panels: taking answers back, with a way to undo it; the words for an answer. */
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { t, tn } from '../i18n.ts';
import { toast } from '../shell/toasts.ts';
import { brief } from '../texts.ts';
import { when } from '../times.ts';
import { counts, isLasting } from './grants.ts';
import type { Grant, GrantList } from './grants.ts';

/** Takes the answers back at once and says so; Undo gives those again that still counted. A refusal puts them back. */
export async function takeBack(list: GrantList, grants: readonly Grant[]): Promise<void> {
  const lasting = grants.filter(isLasting);
  const revoked = list.revoke(grants);
  const undo = { label: t('Undo'), run: () => void giveAgain(list, lasting, revoked) };
  const several = tn('{count} answer is taken back.', '{count} answers are taken back.', grants.length);
  const text = grants.length === 1 ? saidOf(grants[0]!) : several;
  const withdraw = toast(text, { kind: 'success', duration: 10_000, ...(lasting.length > 0 ? { action: undo } : {}) });
  try {
    await revoked;
  } catch (error) {
    withdraw();
    toast(t('Not taken back: {reason}', { reason: reasonOf(error) }), { kind: 'error' });
  }
}

/** Not before they are gone: what overtook the taking back would be taken back with them. */
async function giveAgain(list: GrantList, grants: readonly Grant[], revoked: Promise<void>): Promise<void> {
  await revoked.catch(() => undefined); // told already
  try {
    await list.restore(grants);
  } catch (error) {
    toast(t('The answer could not be given again: {reason}', { reason: reasonOf(error) }), { kind: 'error' });
  }
}

function saidOf(grant: Grant): string {
  const values = { name: brief(grant.panel.title) };
  return counts(grant) ? t('{name} asks again before it does that.', values) : t('The answer for {name} is removed.', values);
}

/** “Always allowed since 3 days ago”, as a part of a line. */
export function answerWords(grant: Grant): TemplateResult {
  if (!grant.current) return html`${t('Counts no longer: the widget has changed since, and asks again.')}`;
  if (!counts(grant)) return html`${t('Was allowed once; it asks again.')}`;
  switch (grant.level) {
    case 'always':
      return html`${t('Always allowed')} · ${when(grant.created_at)}`;
    case 'never':
      return html`${t('Never allowed: refused without asking')} · ${when(grant.created_at)}`;
    case 'once':
      return html`${t('Allowed once, for a moment')}`;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : t('Something went wrong.');
}
