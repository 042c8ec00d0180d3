/* Bars of visitors per day. The figures come through the page's server (network:fetch), from the allow-list only. */
'use strict';

const SPANS = [7, 30];
const STYLE = `
  #widget-root { height: 100vh; display: grid; grid-template: auto 1fr auto / minmax(0, 1fr); gap: 10px; padding: 12px; }
  header { display: flex; align-items: baseline; gap: 8px; }
  h1 { flex: 1; margin: 0; font-size: 15px; font-weight: 600; }
  header button {
    padding: 2px 8px; font: inherit; cursor: pointer; color: var(--widget-muted);
    background: transparent; border: 1px solid transparent; border-radius: 6px;
  }
  header button[aria-pressed=true] {
    color: var(--widget-text); background: var(--widget-surface); border-color: var(--widget-border);
  }
  .bars { display: flex; align-items: end; gap: 3px; min-height: 0; border-bottom: 1px solid var(--widget-border); }
  .bars button {
    flex: 1; min-width: 0; padding: 0; border: 0; border-radius: 3px 3px 0 0; cursor: pointer;
    background: var(--widget-accent); opacity: 0.55; transition: opacity 120ms;
  }
  .bars button[aria-current=true] { opacity: 1; }
  button:focus-visible { outline: 2px solid var(--widget-accent); outline-offset: 2px; }
  [role=status] { margin: 0; min-height: 1.5em; color: var(--widget-muted); font-variant-numeric: tabular-nums; }
  [role=status][data-tone=danger] { color: var(--widget-danger); }
  @media (prefers-reduced-motion: reduce) { .bars button { transition: none; } }
`;

const root = document.getElementById('widget-root');
root.innerHTML = `
  <style>${STYLE}</style>
  <header>
    <h1>Visitors</h1>
    ${SPANS.map((span) => `<button type="button" data-span="${span}">${span} days</button>`).join('')}
  </header>
  <div class="bars" role="group" aria-label="Visitors per day"></div>
  <p role="status"></p>
`;
const heading = root.querySelector('h1');
const bars = root.querySelector('.bars');
const status = root.querySelector('[role=status]');
let figures = { title: 'Visitors', unit: 'people', days: [] };
let span = SPANS[0];

function tell(text, tone = 'muted') {
  status.textContent = text;
  status.dataset.tone = tone;
}

const shown = () => figures.days.slice(-span);

function describe(day) {
  const form = { weekday: 'short', day: 'numeric', month: 'short' };
  const date = new Date(`${day.date}T12:00:00`).toLocaleDateString(undefined, form);
  return `${date}: ${day.visitors.toLocaleString()} ${figures.unit}`;
}

/** One button for each day; only the chosen one is reached by Tab, the arrows lead to the others. */
function draw() {
  const days = shown();
  const most = Math.max(1, ...days.map((day) => day.visitors));
  heading.textContent = figures.title;
  bars.replaceChildren(
    ...days.map((day) => {
      const bar = document.createElement('button');
      bar.type = 'button';
      bar.style.height = `${(day.visitors / most) * 100}%`;
      bar.setAttribute('aria-label', describe(day));
      return bar;
    }),
  );
  for (const button of root.querySelectorAll('[data-span]')) {
    button.setAttribute('aria-pressed', String(Number(button.dataset.span) === span));
  }
  choose(days.length - 1);
}

function choose(at, focus = false) {
  const bar = bars.children[at];
  if (!bar) return;
  for (const each of bars.children) {
    each.tabIndex = each === bar ? 0 : -1;
    each.setAttribute('aria-current', String(each === bar));
  }
  if (focus) bar.focus();
  tell(describe(shown()[at]));
}

bars.addEventListener('click', (event) => choose([...bars.children].indexOf(event.target)));
bars.addEventListener('pointerover', (event) => choose([...bars.children].indexOf(event.target)));
bars.addEventListener('keydown', (event) => {
  const at = [...bars.children].indexOf(event.target);
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: bars.children.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  choose(to, true);
});
root.querySelector('header').addEventListener('click', (event) => {
  if (!event.target.dataset.span) return;
  span = Number(event.target.dataset.span);
  draw();
  WidgetBridge.storage.set('span', span).catch((error) => tell(error.message, 'danger'));
});

async function load(url) {
  tell('Loading…');
  try {
    const answer = await WidgetBridge.network.fetch(url);
    if (!answer.ok) throw new Error(`${new URL(answer.url).host} answered ${answer.status}`);
    figures = JSON.parse(answer.body);
    draw();
  } catch (error) {
    tell(`No figures: ${error.message}`, 'danger');
  }
}

addEventListener('widget:config', (event) => load(event.detail.config.url));

addEventListener('widget:init', async (event) => {
  const kept = await WidgetBridge.storage.get('span').catch(() => null);
  if (SPANS.includes(kept)) span = kept;
  await load(event.detail.config.url);
  WidgetBridge.ready();
});
