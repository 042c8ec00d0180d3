/** Chat: the form by which a person starts a tool. */
import { beforeEach, expect, it, vi } from 'vitest';
import { ApiError } from '../api.ts';
import { axeFaults } from '../declarative/testing.ts';
import './chat.css';
import './plugin_form.ts';
import type { PluginForm } from './plugin_form.ts';
import type { Startable } from './plugin_shapes.ts';

const parameters = {
  type: 'object',
  required: ['title', 'count'],
  properties: {
    title: { type: 'string', description: 'What it is called' },
    count: { type: 'integer' },
    style: { type: 'string', enum: ['plain', 'wild'], default: 'plain' },
    framed: { type: 'boolean' },
    colours: { type: 'array', items: { type: 'string' } },
    more: { type: 'object' },
  },
};
const tool: Startable = { id: 'p', kind: 'tool', name: 'Studio', tool: 'draw', description: 'Draws.', trigger: 'manual', permission: 'read', parameters, examples: [] };
let form: PluginForm;
const start = vi.fn<(args: Record<string, unknown>) => Promise<void>>();

beforeEach(async () => {
  start.mockReset();
  start.mockResolvedValue();
  form = document.createElement('plugin-form') as PluginForm;
  Object.assign(form, { tool, start });
  const main = document.createElement('main');
  main.append(form);
  document.body.replaceChildren(main);
  await form.updateComplete;
});

function write(name: string, text: string): void {
  const control = form.querySelector<HTMLInputElement>(`#argument-${name}`)!;
  control.value = text;
  control.dispatchEvent(new Event('input'));
}

async function submit(): Promise<void> {
  form.querySelector('form')!.requestSubmit();
  await new Promise((resolve) => setTimeout(resolve));
  await form.updateComplete;
}

const faults = (): string[] => [...form.querySelectorAll('.error')].map((one) => one.textContent.trim());

it('test_it_works', async () => {
  write('title', 'Sea');
  write('count', '3');
  write('colours', 'red\n blue \n');
  write('more', '{"a": 1}');
  await submit();
  expect(start).toHaveBeenCalledExactlyOnceWith({ title: 'Sea', count: 3, style: 'plain', colours: ['red', 'blue'], more: { a: 1 } });
  expect(await axeFaults()).toEqual([]);
});

it('says what is missing, and what is no value, before anything is sent', async () => {
  await submit();
  expect(faults()).toEqual(['This is required.', 'This is required.']);
  expect(document.activeElement?.id).toBe('argument-title');
  write('title', 'Sea');
  write('count', '3');
  write('more', '{');
  await submit();
  expect(faults()).toEqual(['This is not valid JSON.']);
  expect(start).not.toHaveBeenCalled();
});

it('puts what the server refuses at its field, and everything else above', async () => {
  write('title', 'Sea');
  write('count', '3');
  start.mockRejectedValueOnce(new ApiError('INVALID_PARAMS', 'x', 422, 'count', [
    { path: 'count', message: '3 is less than 10' },
    { path: '', message: 'Something else' },
  ]));
  await submit();
  expect(faults()).toEqual(['3 is less than 10']);
  expect(form.querySelector('.alert')!.textContent).toContain('Something else');
  start.mockRejectedValueOnce(new ApiError('NOT_FOUND', 'There is no such tool.', 404));
  await submit();
  expect(form.querySelector('.alert')!.textContent).toContain('There is no such tool.');
});
