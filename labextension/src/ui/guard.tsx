/** A panel that cannot be drawn says so, instead of being empty. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { Act } from './button';

type Props = React.PropsWithChildren<{ trans: TranslationBundle }>;

interface IState {
  /** Why it cannot be drawn; null while it can. */
  readonly error: unknown;
}

/** An older server, where only the page was loaded anew after an upgrade, is what makes it needed. */
export class Guard extends React.Component<Props, IState> {
  static getDerivedStateFromError(error: unknown): IState {
    return { error };
  }

  override readonly state: IState = { error: null };

  override render(): React.ReactNode {
    const { trans, children } = this.props;
    const { error } = this.state;
    if (error === null) {
      return children;
    }
    return (
      <div className="jp-Promote-problem" role="alert">
        <p>{trans.__('This cannot be shown: %1', String(error))}</p>
        <p>
          {trans.__(
            'Restart the Jupyter server if the extension was upgraded while it ran, then load the page again.'
          )}
        </p>
        <Act onClick={() => this.setState({ error: null })}>
          {trans.__('Try again')}
        </Act>
      </div>
    );
  }
}
