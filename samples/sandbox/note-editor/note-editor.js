/* Edits the note that the person looked at last. Reading needs read:notes; each save needs write:notes, which asks. */
'use strict';

const STYLE = `
  #widget-root { height: 100vh; display: grid; grid-template: auto 1fr auto / minmax(0, 1fr); gap: 8px; padding: 12px; }
  h1 { margin: 0; font-size: 15px; font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  textarea {
    width: 100%; min-height: 80px; resize: none; padding: 10px; font: inherit; color: var(--widget-text);
    background: var(--widget-surface); border: 1px solid var(--widget-border); border-radius: 8px;
  }
  footer { display: flex; align-items: center; gap: 8px; }
  footer [role=status] { flex: 1; min-width: 0; margin: 0; color: var(--widget-muted); }
  footer [role=status][data-tone=danger] { color: var(--widget-danger); }
  button {
    padding: 5px 12px; font: inherit; cursor: pointer; color: var(--widget-text);
    background: transparent; border: 1px solid var(--widget-border); border-radius: 6px;
  }
  button.main { color: var(--widget-accent-text); background: var(--widget-accent); border-color: transparent; }
  button:disabled { opacity: 0.5; cursor: default; }
  :is(button, textarea):focus-visible { outline: 2px solid var(--widget-accent); outline-offset: 1px; }
`;

const root = document.getElementById('widget-root');
root.innerHTML = `
  <style>${STYLE}</style>
  <h1>Notes</h1>
  <textarea aria-label="Text of the note" placeholder="Write in Markdown…" disabled></textarea>
  <footer>
    <p role="status"></p>
    <button type="button" class="again">Reload</button>
    <button type="button" class="main" disabled>Save</button>
  </footer>
`;
const heading = root.querySelector('h1');
const field = root.querySelector('textarea');
const status = root.querySelector('[role=status]');
const again = root.querySelector('.again');
const save = root.querySelector('.main');
const { notes, storage } = WidgetBridge;
let note = null;

function tell(text, tone = 'muted') {
  status.textContent = text;
  status.dataset.tone = tone;
}

function show(text) {
  heading.textContent = note ? note.title || 'Untitled' : 'Notes';
  field.disabled = note === null;
  field.value = text;
  mark();
}

function mark() {
  save.disabled = note === null || field.value === note.content;
  again.textContent = save.disabled ? 'Reload' : 'Discard draft';
}

/** Opens the current note; a draft of the same note, kept when this frame was closed, wins over its saved text. */
async function open() {
  tell('Loading…');
  try {
    note = await notes.getCurrentNote();
    const draft = await storage.get('draft');
    const drafted = note !== null && draft !== null && draft.noteId === note.id && draft.content !== note.content;
    show(drafted ? draft.content : (note?.content ?? ''));
    if (note === null) tell('No note yet: add one in the Notes panel.');
    else tell(drafted ? 'Your draft, not saved yet' : '');
  } catch (error) {
    tell(error.message, 'danger');
  }
}

async function store() {
  if (save.disabled) return;
  const content = field.value;
  save.disabled = true;
  tell('Saving…');
  try {
    note = await notes.updateNote(note.id, content); // the person is asked here
    await storage.set('draft', null);
    tell('Saved');
  } catch (error) {
    tell(error.code === 'PERMISSION_DENIED' ? 'Not saved: you said no' : `Not saved: ${error.message}`, 'danger');
  }
  mark();
}

let waiting = 0;

function keep() {
  clearTimeout(waiting);
  if (note !== null && !save.disabled) return storage.set('draft', { noteId: note.id, content: field.value });
  return storage.set('draft', null);
}

function kept() {
  if (!save.disabled) tell('Draft kept');
}

field.addEventListener('input', () => {
  mark();
  tell(save.disabled ? '' : 'Not saved yet');
  clearTimeout(waiting);
  waiting = setTimeout(() => keep().then(kept, (error) => tell(error.message, 'danger')), 800);
});
field.addEventListener('keydown', (event) => {
  if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  store();
});
save.addEventListener('click', store);
again.addEventListener('click', () => {
  clearTimeout(waiting);
  storage.set('draft', null).then(open, (error) => tell(error.message, 'danger'));
});

// The page is about to release this frame, because nobody sees it: the draft goes to the storage at once.
addEventListener('widget:suspend', () => keep());

addEventListener('widget:init', async () => {
  await open();
  WidgetBridge.ready();
});
