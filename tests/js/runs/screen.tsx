/** What is drawn, as a person finds it: by the names of buttons. */
import * as React from 'react';
import { createRoot, type Root } from 'react-dom/client';

declare global {
  // React's own switch for tests.
  var IS_REACT_ACT_ENVIRONMENT: boolean;
}
globalThis.IS_REACT_ACT_ENVIRONMENT = true;

const roots: Root[] = [];

afterEach(async () => {
  for (const root of roots.splice(0)) {
    await React.act(async () => root.unmount());
  }
});

/** Draw an element; it is taken away after the test. */
export async function draw(element: JSX.Element): Promise<HTMLElement> {
  const node = document.createElement('div');
  document.body.append(node);
  const root = createRoot(node);
  roots.push(root);
  await React.act(async () => root.render(element));
  return node;
}

/** The button with a name. */
export function named(node: Element, name: string): HTMLElement {
  const found = [...node.querySelectorAll<HTMLElement>('button')].find(
    button => (button.getAttribute('aria-label') ?? button.textContent) === name
  );
  if (!found) {
    throw new Error(`no button ${name} in ${node.innerHTML}`);
  }
  return found;
}

/** Wait until something is so. */
export async function settled(check: () => boolean): Promise<void> {
  const end = Date.now() + 4000;
  while (!check() && Date.now() < end) {
    await React.act(() => new Promise(go => setTimeout(go, 5)));
  }
  expect(check()).toBe(true);
}
