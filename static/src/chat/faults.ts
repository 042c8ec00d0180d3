/** Chat: why something was refused, in words and by its code. */
import { ApiError } from '../api.ts';
import { t } from '../i18n.ts';

export interface Fault {
  code: string;
  words: string;
}

/** What a failure says to a person. */
export function wordsOf(error: unknown): string {
  return error instanceof ApiError ? error.message : t('Something went wrong.');
}

export function codeOf(error: unknown): string {
  return error instanceof ApiError ? error.code : '';
}
