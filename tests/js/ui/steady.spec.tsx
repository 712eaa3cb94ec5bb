import * as React from 'react';
import { createRoot } from 'react-dom/client';
import { SteadyBox } from '../../../labextension/src/ui/steady';

/** Lets a test say that the size of what is observed changed. */
class FakeObserver {
  static changed: () => void = () => undefined;
  constructor(callback: () => void) {
    FakeObserver.changed = callback;
  }
  observe(): void {}
  disconnect(): void {}
}

describe('a box that keeps its place', () => {
  const standsAt = (node: Element, top: number): void => {
    const rest = { x: 0, left: 0, right: 0, width: 0, height: 0 };
    const place: DOMRect = {
      ...rest,
      y: top,
      top,
      bottom: top,
      toJSON: () => rest
    };
    node.getBoundingClientRect = () => place;
  };

  it('scrolls as far as what has the focus was moved by what came above it', () => {
    Object.assign(globalThis, {
      IS_REACT_ACT_ENVIRONMENT: true,
      ResizeObserver: FakeObserver
    });
    const host = document.createElement('div');
    document.body.append(host);
    React.act(() =>
      createRoot(host).render(
        <SteadyBox freshness="current">
          <button />
          <button />
        </SteadyBox>
      )
    );
    const box = host.querySelector('.jp-Promote-scroll');
    const [one, other] = [...host.querySelectorAll('button')];
    if (!box || !one || !other) {
      throw new Error('nothing was drawn');
    }
    standsAt(one, 100);
    one.focus();
    standsAt(one, 250);
    FakeObserver.changed();
    expect(box.scrollTop).toBe(150);

    standsAt(one, 100);
    box.dispatchEvent(new Event('scroll'));
    FakeObserver.changed();
    expect(box.scrollTop).toBe(150);

    one.blur();
    standsAt(one, 900);
    FakeObserver.changed();
    expect(box.scrollTop).toBe(150);
  });
});
