/**
 * Primitive `image`: a picture in a frame that keeps its place while it loads. An address can carry what the widget knows
 * to another server, so that pictures of hosts the app does not name are shown only when a person asks for them.
 */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../../i18n.ts';
import { hostOf, pictureUrl } from '../addresses.ts';
import { iconOf, px } from '../primitive.ts';
import { PressablePrimitive } from '../pressable.ts';
import { definePrimitive } from '../registry.ts';
import { styles } from '../styles.ts';

type Name = 'src' | 'alt' | 'fit' | 'radius' | 'placeholder' | 'width' | 'height' | 'ratio' | 'action';

/** Hosts whose pictures the person asked for, until the page is left. */
const asked = new Set<string>();

class ImageElement extends PressablePrimitive<Name> {
  /** The address that is shown, or that failed. */
  #settled = { src: '', ok: false };

  protected override show(): unknown {
    const written = this.text('src').trim();
    const src = pictureUrl(written);
    const alt = this.text('alt');
    const host = hostOf(written);
    if (host !== undefined && !asked.has(host) && !this.scope.mount.definition.showsPicturesOf?.(host)) return this.#offer(host, alt);
    const here = this.#settled.src === src;
    const failed = src === '' || (here && !this.#settled.ok);
    const frame = html`<span class="image-frame" ${styles(this.#frame())} ?data-loading=${!here && !failed}>
      ${failed ? this.#stand(alt) : this.#picture(src, alt)}
    </span>`;
    if (!this.node['action']) return frame;
    return html`<button type="button" class="image-press" aria-label=${this.label(alt) || nothing} aria-busy=${this.busy ? 'true' : nothing} @click=${() => this.press(this.node['action'])}>
      ${frame}
    </button>`;
  }

  #offer(host: string, alt: string): TemplateResult {
    const words = t('Show from {host}', { host });
    const label = alt ? `${words}: ${alt}` : words;
    const ask = (): void => {
      asked.add(host);
      this.requestUpdate();
    };
    return html`<span class="image-frame" ${styles(this.#frame())}>
      <button type="button" class="image-offer" aria-label=${label} title=${label} @click=${ask}>
        ${iconOf('image')}<span class="image-offer-words">${words}</span>
      </button>
    </span>`;
  }

  #frame(): Record<string, string | undefined> {
    const ratio = this.number('ratio');
    return {
      width: px(this.number('width')),
      height: px(this.number('height')),
      'aspect-ratio': ratio === undefined ? undefined : String(ratio),
      'border-radius': px(this.number('radius', 8)),
    };
  }

  #picture(src: string, alt: string): TemplateResult {
    const settle = (ok: boolean) => () => {
      this.#settled = { src, ok };
      this.requestUpdate();
    };
    const fit = this.word('fit', ['cover', 'contain', 'fill', 'none']);
    return html`<img src=${src} alt=${alt} loading="lazy" ${styles({ 'object-fit': fit })} @load=${settle(true)} @error=${settle(false)} />`;
  }

  #stand(alt: string): TemplateResult {
    return html`<span class="image-stand" ?data-framed=${this.number('height') !== undefined} role=${alt ? 'img' : nothing} aria-label=${alt || nothing}>
      ${iconOf(this.text('placeholder', 'broken_image'))}
    </span>`;
  }
}

definePrimitive({
  type: 'image',
  properties: ['src', 'alt', 'fit', 'radius', 'placeholder', 'width', 'height', 'ratio', 'action'],
  element: ImageElement,
});
