/** What all panels and bars of the extension are: React in a Lumino widget that keeps the keyboard's place. */
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { FocusKeeper } from './focus';

export abstract class Panel extends ReactWidget {
  constructor() {
    super();
    this.addClass('jp-Promote');
    this._focus = new FocusKeeper(this.node);
  }

  override dispose(): void {
    this._focus.dispose();
    super.dispose();
  }

  /** Whoever asked for the panel by a command goes on in it by keyboard. */
  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    if (!this.node.contains(document.activeElement)) {
      this.node.tabIndex = -1;
      this.node.focus();
    }
  }

  private readonly _focus: FocusKeeper;
}
