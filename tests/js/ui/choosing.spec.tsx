import * as React from 'react';
import { createRoot } from 'react-dom/client';
import { openInstead } from '../../../labextension/src/ui/choosing';

it('opens a list that acts at once with the keys that would choose in it unseen', () => {
  const host = document.body.appendChild(document.createElement('div'));
  const root = createRoot(host);
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  React.act(() => root.render(<select onKeyDown={openInstead} />));
  const list = host.querySelector('select');
  const opened = jest.fn();
  Object.assign(list ?? {}, { showPicker: opened });
  const press = (key: string, more: KeyboardEventInit = {}): boolean => {
    opened.mockClear();
    const event = new KeyboardEvent('keydown', {
      key,
      bubbles: true,
      cancelable: true,
      ...more
    });
    list?.dispatchEvent(event);
    expect(event.defaultPrevented).toBe(opened.mock.calls.length === 1);
    return event.defaultPrevented;
  };
  expect(['ArrowDown', 'ArrowUp', 'End', 'l'].map(key => press(key))).toEqual([
    true,
    true,
    true,
    true
  ]);
  expect([' ', 'Enter', 'Tab', 'Escape'].map(key => press(key))).toEqual([
    false,
    false,
    false,
    false
  ]);
  expect(press('ArrowDown', { altKey: true })).toBe(false);
  React.act(() => root.unmount());
  host.remove();
});
