/** Declarative: the choices of an input, however the tree writes them. */
import { toText, truthy } from './expressions/values.ts';
import { isRecord } from './tree.ts';

export interface Option {
  value: unknown;
  label: string;
  description: string;
  icon: string;
  group: string;
  disabled: boolean;
}

/** The choices of a list of objects or plain values; empty for anything else. */
export function readOptions(options: unknown, valueKey: string, labelKey: string): Option[] {
  return (Array.isArray(options) ? options : []).map((option: unknown) => {
    if (!isRecord(option)) return { value: option, label: toText(option), description: '', icon: '', group: '', disabled: false };
    const value = option[valueKey];
    return {
      value,
      label: toText(option[labelKey]) || toText(value),
      description: toText(option['description']),
      icon: toText(option['icon']),
      group: toText(option['group']),
      disabled: truthy(option['disabled']),
    };
  });
}
