/** Primitive `skeleton`: the shape of what is to come. */
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../../i18n.ts';
import { Primitive, px } from '../primitive.ts';
import { definePrimitive } from '../registry.ts';
import { styles } from '../styles.ts';

type Name = 'kind' | 'count' | 'width' | 'height';
type Kind = 'text' | 'card' | 'list' | 'table' | 'avatar' | 'block';

const MOST = 50;

/** A placeholder; screen readers only hear that something loads. */
export function skeleton(kind: Kind, count: number, size: Record<string, string | undefined> = {}): TemplateResult {
  const pieces = Array.from({ length: Math.max(1, Math.min(MOST, Math.trunc(count))) });
  return html`<div class="skeletons" data-kind=${kind} role="status" aria-label=${t('Loading')}>
    ${pieces.map(() => html`<span class="skeleton" ${styles(size)}></span>`)}
  </div>`;
}

class SkeletonElement extends Primitive<Name> {
  protected override show(): unknown {
    const kind = this.word('kind', ['text', 'card', 'list', 'table', 'avatar', 'block']);
    const single = kind === 'avatar' || kind === 'block';
    return skeleton(kind, this.number('count', single ? 1 : 3), { width: px(this.number('width')), height: px(this.number('height')) });
  }
}

definePrimitive({ type: 'skeleton', properties: ['kind', 'count', 'width', 'height'], element: SkeletonElement });
