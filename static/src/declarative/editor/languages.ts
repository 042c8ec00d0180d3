/** Editor: the languages it knows; each is fetched when a text in it is first shown. */
import type { Extension } from '@codemirror/state';

const LOADERS = {
  text: async () => [],
  yaml: async () => (await import('@codemirror/lang-yaml')).yaml(),
  json: async () => (await import('@codemirror/lang-json')).json(),
  markdown: async () => (await import('@codemirror/lang-markdown')).markdown(),
  python: async () => (await import('@codemirror/lang-python')).python(),
  javascript: async () => (await import('@codemirror/lang-javascript')).javascript(),
  typescript: async () => (await import('@codemirror/lang-javascript')).javascript({ typescript: true }),
  html: async () => (await import('@codemirror/lang-html')).html(),
  css: async () => (await import('@codemirror/lang-css')).css(),
  sql: async () => (await import('@codemirror/lang-sql')).sql(),
} satisfies Record<string, () => Promise<Extension>>;

export type Language = keyof typeof LOADERS;

export const LANGUAGES = Object.keys(LOADERS) as [Language, ...Language[]];

/** Colours, indentation and brackets of a language. */
export function languageOf(name: Language): Promise<Extension> {
  return LOADERS[name]();
}
