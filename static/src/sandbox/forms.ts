/**
 * Sandbox: forms in a plugin's page. Browsers let a sealed frame submit nothing and do not even tell the page's script:
 * here it is told by `submit` as everywhere else, after the fields have been checked. Nothing is sent anywhere.
 */

type Submitter = HTMLButtonElement | HTMLInputElement;

/** Makes the forms of the document tell of themselves. */
export function tellOfForms(root: Document): void {
  // Last of all: whoever has called the click off does not want it.
  root.defaultView!.addEventListener('click', (event) => {
    const submitter = submitterOf(event.target);
    if (!submitter || event.defaultPrevented) return;
    event.preventDefault(); // what browsers would refuse
    submit(submitter.form!, submitter);
  });
  // With a submit button the Enter key clicks it.
  root.defaultView!.addEventListener('keydown', (event) => {
    const field = event.target;
    if (event.key !== 'Enter' || event.isComposing || event.defaultPrevented || !(field instanceof HTMLInputElement)) return;
    const { form, type } = field;
    if (form && isLine(type) && !submitButton(form)) submit(form, null);
  });
  HTMLFormElement.prototype.requestSubmit = function requestSubmit(this: HTMLFormElement, submitter?: HTMLElement | null): void {
    submit(this, (submitter ?? null) as Submitter | null);
  };
}

function submitterOf(target: EventTarget | null): Submitter | undefined {
  if (!(target instanceof Element)) return undefined;
  const found = target.closest<Submitter>('button, input[type=submit], input[type=image]');
  return found?.form && !found.disabled && ['submit', 'image'].includes(found.type) ? found : undefined;
}

/** Of these fields the Enter key submits. */
function isLine(type: string): boolean {
  return !['button', 'checkbox', 'color', 'file', 'hidden', 'image', 'radio', 'range', 'reset', 'submit'].includes(type);
}

function submitButton(form: HTMLFormElement): Submitter | undefined {
  return [...form.elements].find((element): element is Submitter => ['submit', 'image'].includes((element as Submitter).type));
}

function submit(form: HTMLFormElement, submitter: Submitter | null): void {
  const isUnchecked = form.noValidate || submitter?.formNoValidate;
  if (!isUnchecked && !form.reportValidity()) return;
  const wanted = form.dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true, submitter }));
  const method = submitter?.getAttribute('formmethod') ?? form.getAttribute('method') ?? '';
  if (wanted && method.toLowerCase() === 'dialog') form.closest('dialog')?.close(submitter?.value);
}
