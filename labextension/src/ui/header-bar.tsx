/** A bar over a notebook that is as tall as what is in it. */
import type { ITranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import * as React from 'react';
import { Panel } from './panel';
import { Translated } from './react';

/** Share of the window's height that a bar may take. */
const MOST = 0.55;

export namespace HeaderBar {
  export interface IOptions {
    /** What a screen reader calls it. */
    label: string;
    translator: ITranslator;
    content: JSX.Element;
    /** Whoever made the bar lets go of what it showed. */
    disposed?: () => void;
  }
}

export class HeaderBar extends Panel {
  constructor(private readonly _options: HeaderBar.IOptions) {
    super();
    this.addClass('jp-Promote-review');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', _options.label);
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this._options.disposed?.();
      super.dispose();
    }
  }

  protected override render(): JSX.Element {
    return (
      <Translated translator={this._options.translator}>
        <Measured tall={height => this._makeRoom(height)}>
          {this._options.content}
        </Measured>
      </Translated>
    );
  }

  /** The layout of a notebook panel gives only what a widget says that it needs. */
  private _makeRoom(height: number): void {
    const most = window.innerHeight * MOST;
    // An empty region would only be noise to a screen reader.
    this.node.setAttribute('aria-hidden', String(height === 0));
    this.node.style.minHeight = `${Math.ceil(Math.min(height, most))}px`;
    if (this.parent) {
      MessageLoop.postMessage(this.parent, Widget.Msg.FitRequest);
    }
  }
}

/** Tells how tall its content is, now and whenever that changes. */
function Measured(
  props: React.PropsWithChildren<{ tall: (height: number) => void }>
): JSX.Element {
  const box = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    const node = box.current;
    if (node === null) {
      return;
    }
    const observer = new ResizeObserver(() => props.tall(node.offsetHeight));
    observer.observe(node);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={box} className="jp-Promote-measured">
      {props.children}
    </div>
  );
}
