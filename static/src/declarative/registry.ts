/** Declarative: the one lookup from a primitive's name to the element that shows it. */
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { html as staticHtml, unsafeStatic } from 'lit/static-html.js';
import type { Mount } from './mount.ts';
import type { Scope } from './scope.ts';
import type { TreeNode } from './tree.ts';
import { isTreeNode } from './tree.ts';

export interface PrimitiveDefinition {
  type: string;
  /** The properties it reads, besides the ones every primitive takes: exactly the catalog's (a test holds it). */
  properties: readonly string[];
  element: CustomElementConstructor;
}

/** Read by the base class for every primitive. */
export const COMMON_PROPERTIES: readonly string[] = ['type', 'id', 'visible_if', 'aria_label', 'tooltip', 'flex', 'span'];

const definitions = new Map<string, PrimitiveDefinition>();

/** Adds a primitive; its element is called `wm-<type>`. */
export function definePrimitive(definition: PrimitiveDefinition): void {
  definitions.set(definition.type, definition);
  const tag = tagOf(definition.type);
  if (!customElements.get(tag)) customElements.define(tag, definition.element);
}

/** Every primitive that this version can show. */
export function primitives(): readonly PrimitiveDefinition[] {
  return [...definitions.values()];
}

function tagOf(type: string): string {
  return `wm-${type.replaceAll('_', '-')}`;
}

/** A node's element in a scope; what is unknown becomes a card that says so, and the rest of the tree is shown. */
export function renderNode(node: unknown, scope: Scope<Mount>): TemplateResult {
  if (!isTreeNode(node)) return html`<wm-unknown .name=${'?'}></wm-unknown>`;
  if (!definitions.has(node.type)) return html`<wm-unknown .name=${node.type}></wm-unknown>`;
  const tag = unsafeStatic(tagOf(node.type));
  return staticHtml`<${tag} .node=${node} .scope=${scope}></${tag}>`;
}

/** Several nodes in order. */
export function renderNodes(nodes: unknown, scope: Scope<Mount>): TemplateResult[] {
  return Array.isArray(nodes) ? (nodes as TreeNode[]).map((node) => renderNode(node, scope)) : [];
}
