/* A clock. It needs no permission: it draws in the colours that the page tells, and keeps which face was chosen. */
'use strict';

const FACES = ['hands', 'digits'];
const STYLE = `
  #widget-root { height: 100vh; display: grid; grid-template: 1fr auto / minmax(0, 1fr); gap: 8px; padding: 12px; }
  .clock { min-height: 0; display: grid; place-items: center; container-type: size; }
  .clock svg { width: min(100cqw, 100cqh); height: min(100cqw, 100cqh); }
  .clock line { stroke: currentColor; stroke-linecap: round; }
  .clock .rim { fill: var(--widget-surface); stroke: var(--widget-border); }
  .clock .mark { stroke: var(--widget-muted); stroke-width: 1; }
  .clock .hour { stroke-width: 4; }
  .clock .minute { stroke-width: 2.5; }
  .clock .second { stroke: var(--widget-accent); stroke-width: 1; }
  .clock .pin { fill: var(--widget-accent); }
  .clock time { font-size: min(150cqw / var(--length), 60cqh); font-weight: 600; white-space: nowrap; }
  footer { display: flex; align-items: center; justify-content: space-between; gap: 8px; }
  footer p { margin: 0; color: var(--widget-muted); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  footer button {
    flex: none; padding: 4px 10px; font: inherit; color: var(--widget-text); cursor: pointer;
    background: var(--widget-surface); border: 1px solid var(--widget-border); border-radius: 6px;
  }
  footer button:hover { border-color: var(--widget-accent); }
  footer button:focus-visible { outline: 2px solid var(--widget-accent); outline-offset: 2px; }
`;

const root = document.getElementById('widget-root');
let config = {};
let face = FACES[0];

root.innerHTML = `
  <style>${STYLE}</style>
  <div class="clock"></div>
  <footer><p></p><button type="button"></button></footer>
`;
const place = root.querySelector('.clock');
const caption = root.querySelector('p');
const button = root.querySelector('button');

/** Hours, minutes and seconds now in the chosen zone; a zone that does not exist is that of this computer. */
function now() {
  const form = { hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' };
  const parts = formatter('en-GB', form).formatToParts(new Date());
  return Object.fromEntries(parts.map((part) => [part.type, Number(part.value)]));
}

function formatter(language, form) {
  try {
    return new Intl.DateTimeFormat(language, { ...form, timeZone: config.zone || undefined });
  } catch {
    return new Intl.DateTimeFormat(language, form);
  }
}

function hand(name, length, turn) {
  return `<line class="${name}" y1="${length / 7}" y2="${-length}" transform="rotate(${turn * 360})" />`;
}

function dial({ hour, minute, second }) {
  const mark = (_, at) => `<line class="mark" y1="40" y2="44" transform="rotate(${at * 30})" />`;
  return `
    <svg viewBox="-50 -50 100 100" role="img">
      <circle class="rim" r="48" />${Array.from({ length: 12 }, mark).join('')}
      ${hand('hour', 24, (hour + minute / 60) / 12)}${hand('minute', 36, (minute + second / 60) / 60)}
      ${config.seconds === false ? '' : hand('second', 40, second / 60)}
      <circle class="pin" r="2.5" />
    </svg>`;
}

function draw() {
  const seconds = config.seconds === false ? {} : { second: '2-digit' };
  const text = formatter(undefined, { hour: '2-digit', minute: '2-digit', ...seconds }).format(new Date());
  place.innerHTML = face === 'hands' ? dial(now()) : '<time></time>';
  // Texts are set as texts: configuration is what somebody typed.
  if (face === 'hands') place.firstElementChild.setAttribute('aria-label', text);
  else place.firstElementChild.textContent = text;
  place.style.setProperty('--length', text.length);
  const day = formatter(undefined, { weekday: 'long', day: 'numeric', month: 'long' }).format(new Date());
  caption.textContent = config.zone ? `${day}, ${config.zone}` : day;
  button.textContent = face === 'hands' ? 'Show digits' : 'Show hands';
}

button.addEventListener('click', () => {
  face = FACES.find((each) => each !== face);
  draw();
  WidgetBridge.storage.set('face', face).catch((error) => WidgetBridge.ui.showToast(error.message, 'error'));
});

addEventListener('widget:config', (event) => {
  config = event.detail.config;
  draw();
});

addEventListener('widget:init', async (event) => {
  config = event.detail.config;
  const kept = await WidgetBridge.storage.get('face').catch(() => null);
  if (FACES.includes(kept)) face = kept;
  draw();
  setInterval(draw, 1000);
  WidgetBridge.ready();
});
