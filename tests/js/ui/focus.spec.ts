import { FocusKeeper } from '../../../labextension/src/ui/focus';

let root: HTMLElement;
let keeper: FocusKeeper;

function button(name: string): HTMLButtonElement {
  const node = document.createElement('button');
  node.textContent = name;
  return node;
}

/** A list with a button in each item, and one button after it. */
function items(...names: string[]): Map<string, HTMLButtonElement> {
  const list = document.createElement('ul');
  const buttons = new Map(names.map(name => [name, button(name)]));
  for (const node of buttons.values()) {
    list.appendChild(document.createElement('li')).appendChild(node);
  }
  root.append(list, button('below'));
  return buttons;
}

/** The observer tells of changes once the code that made them is through. */
const observed = (): Promise<void> => new Promise(go => setTimeout(go));
const focused = (): string => document.activeElement?.textContent ?? '';

beforeEach(() => {
  root = document.body.appendChild(document.createElement('div'));
  keeper = new FocusKeeper(root);
});

afterEach(() => {
  keeper.dispose();
  root.remove();
});

it('goes to what stands in the place of what was taken away', async () => {
  const buttons = items('one', 'two', 'three');
  buttons.get('two')?.focus();
  buttons.get('two')?.closest('li')?.remove();
  await observed();
  expect(focused()).toBe('three');
  buttons.get('three')?.closest('li')?.remove();
  await observed();
  expect(focused()).toBe('one');
  buttons.get('one')?.closest('li')?.remove();
  await observed();
  expect(focused()).toBe('below');
});

it('passes over what cannot have the focus', async () => {
  const buttons = items('one', 'two', 'three');
  buttons.get('two')?.setAttribute('hidden', '');
  buttons.get('three')?.setAttribute('disabled', '');
  buttons.get('one')?.focus();
  buttons.get('one')?.remove();
  await observed();
  expect(focused()).toBe('below');
});

it('comes back to a button that was disabled while it worked', async () => {
  const one = items('one').get('one');
  one?.focus();
  one?.blur(); // which a browser does by itself to what is disabled
  one?.setAttribute('disabled', '');
  await observed();
  expect(document.activeElement).toBe(document.body);
  one?.removeAttribute('disabled');
  await observed();
  expect(focused()).toBe('one');
});

it('leaves a person where they went meanwhile', async () => {
  const elsewhere = document.body.appendChild(button('elsewhere'));
  const buttons = items('one', 'two');
  buttons.get('one')?.focus();
  elsewhere.focus();
  buttons.get('one')?.remove();
  await observed();
  expect(focused()).toBe('elsewhere');
  elsewhere.remove();

  buttons.get('two')?.focus();
  buttons.get('two')?.blur(); // clicked beside everything
  await observed();
  buttons.get('two')?.remove();
  await observed();
  expect(document.activeElement).toBe(document.body);
});
