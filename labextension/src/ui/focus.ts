/** Keeps the keyboard's place in a part of the page whose buttons come and go. DOM only. */
import type { IDisposable } from '@lumino/disposable';

const FOCUSABLE =
  'a[href], button, input, select, textarea, summary, [tabindex]';

/** A node on the way to what has the focus, and which of its children leads there. */
interface IPlaceInTree {
  readonly node: Element;
  readonly index: number;
}

/**
 * When what has the focus is taken away, the focus goes to what now stands in its place; when it is only disabled
 * for a while, the focus comes back to it. Where a person has gone meanwhile counts for more.
 */
export class FocusKeeper implements IDisposable {
  constructor(private readonly _root: HTMLElement) {
    _root.addEventListener('focusin', this._onFocus);
    _root.addEventListener('focusout', this._onBlur);
    this._observer = new MutationObserver(() => this._check());
    this._observer.observe(_root, {
      attributes: true,
      attributeFilter: ['disabled', 'hidden', 'open'],
      childList: true,
      subtree: true
    });
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._observer.disconnect();
    this._root.removeEventListener('focusin', this._onFocus);
    this._root.removeEventListener('focusout', this._onBlur);
  }

  private readonly _onFocus = (event: FocusEvent): void => {
    if (event.target instanceof Element) {
      this._focused = event.target;
      this._way = wayTo(event.target, this._root);
    }
  };

  private readonly _onBlur = (): void => {
    // What is being removed is still there; whoever removes it has done so in a moment.
    queueMicrotask(() => this._check());
  };

  private _check(): void {
    const focused = this._focused;
    if (focused === null || this._isDisposed) {
      return;
    }
    const gone = !this._root.contains(focused);
    if (!isNobody(document.activeElement)) {
      if (document.activeElement !== focused) {
        this._forget();
      } else {
        this._way = wayTo(focused, this._root);
      }
    } else if (gone) {
      const next = nextOn(this._way, this._root);
      this._forget();
      next?.focus();
    } else if (isDisabled(focused)) {
      this._waiting = true;
    } else if (this._waiting) {
      this._waiting = false;
      if (focused instanceof HTMLElement) {
        focused.focus();
      }
    } else {
      this._forget();
    }
  }

  private _forget(): void {
    // The focus may have gone to another place of this root.
    const now = document.activeElement;
    const inside = now !== null && this._root.contains(now);
    this._focused = inside ? now : null;
    this._way = inside ? wayTo(now, this._root) : [];
    this._waiting = false;
  }

  private readonly _observer: MutationObserver;
  private _focused: Element | null = null;
  private _way: readonly IPlaceInTree[] = [];
  private _waiting = false;
  private _isDisposed = false;
}

/** From the node's parent up to the root. */
function wayTo(node: Element, root: Element): IPlaceInTree[] {
  const way: IPlaceInTree[] = [];
  let child = node;
  while (child !== root && child.parentElement !== null) {
    const parent: Element = child.parentElement;
    way.push({ node: parent, index: [...parent.children].indexOf(child) });
    child = parent;
  }
  return way;
}

/** What stands where the way led: there, else behind it, else before it, else further up. */
function nextOn(
  way: readonly IPlaceInTree[],
  root: Element
): HTMLElement | null {
  for (const { node, index } of way) {
    const children = root.contains(node) ? [...node.children] : [];
    const before = children.slice(0, index).reverse();
    for (const child of [...children.slice(index), ...before]) {
      const found = [child, ...child.querySelectorAll(FOCUSABLE)].find(
        canFocus
      );
      if (found) {
        return found;
      }
    }
  }
  return null;
}

function canFocus(node: Element): node is HTMLElement {
  const folded = node.closest('details:not([open])');
  return (
    node instanceof HTMLElement &&
    node.matches(FOCUSABLE) &&
    node.tabIndex >= 0 &&
    !isDisabled(node) &&
    node.closest('[hidden]') === null &&
    (folded === null ||
      (node.matches('summary') && node.parentElement === folded))
  );
}

function isDisabled(node: Element): boolean {
  return node.matches(':disabled') || node.closest('[hidden]') !== null;
}

function isNobody(node: Element | null): boolean {
  return node === null || node === document.body;
}
