/** The Pipelines page in the main area: all pipelines, or one with its runs. */
import { Clipboard } from '@jupyterlab/apputils';
import type { ITranslator } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import { type ISignal, Signal } from '@lumino/signaling';
import * as React from 'react';
import type { IPromoteApi } from '../tokens';
import { promoteIcon } from '../ui/icons';
import { Panel } from '../ui/panel';
import { DOMAIN, Translated, useChanges } from '../ui/react';
import { confirmUnpublish } from '../runs/confirm';
import type { IRunLinks } from '../runs/details';
import type { FailuresModel } from '../failures/failures';
import { History, type IHistoryLinks } from './history';
import { HistoryModel } from './history-model';
import { Overview } from './overview';
import { OverviewModel } from './overview-model';
import { linkTo, type IPlace } from '../runs/place';
import type { IReviewApi } from '../runs/tokens';

export namespace PipelinesPage {
  export interface IOptions {
    api: IPromoteApi;
    review: IReviewApi;
    failures: FailuresModel | null;
    /** Milliseconds between two looks at the runs. */
    interval: number;
    translator: ITranslator;
    /** Address of the Lab, for links that people send each other. */
    labUrl: string;
    links: IRunLinks & Pick<IHistoryLinks, 'openSource'>;
  }
}

export class PipelinesPage extends Panel {
  constructor(private readonly _options: PipelinesPage.IOptions) {
    super();
    const trans = _options.translator.load(DOMAIN);
    this.addClass('jp-Promote-main');
    this.title.label = trans.__('Pipelines');
    this.title.icon = promoteIcon;
    this._overview = new OverviewModel({
      ..._options,
      shown: () => this.isVisible
    });
  }

  /** Emits when another pipeline is shown, or the list. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** What is shown, so that it can be shown again. */
  get place(): IPlace {
    return {
      dagId: this._history?.dagId ?? '',
      runId: this._history?.run?.runId ?? ''
    };
  }

  get overview(): OverviewModel {
    return this._overview;
  }

  get failures(): FailuresModel | null {
    return this._options.failures;
  }

  /** null where the list is shown. */
  get history(): HistoryModel | null {
    return this._history;
  }

  /** Show a pipeline, with one of its runs; the list for an empty place. */
  visit(place: IPlace): void {
    this._history?.dispose();
    this._history = place.dagId
      ? new HistoryModel({
          ...this._options,
          dagId: place.dagId,
          ...(place.runId ? { runId: place.runId } : {}),
          shown: () => this.isVisible
        })
      : null;
    this._changed.emit();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this._wake();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._wake();
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this._overview.dispose();
      this._history?.dispose();
      super.dispose();
    }
  }

  protected override render(): JSX.Element {
    return (
      <Translated translator={this._options.translator}>
        <Shown page={this} links={this._links()} />
      </Translated>
    );
  }

  /** Nothing was asked for while nobody could see it. */
  private _wake(): void {
    this._overview.refresh().catch(() => undefined);
    this._history?.refresh().catch(() => undefined);
  }

  private _links(): IHistoryLinks {
    const { links, translator } = this._options;
    return {
      ...links,
      back: () => this.visit({ dagId: '', runId: '' }),
      confirmUnpublish: name => confirmUnpublish(translator.load(DOMAIN), name),
      copyLink: (dagId, runId) =>
        Clipboard.copyToSystem(
          linkTo(this._options.labUrl, {
            dagId,
            runId: runId ?? ''
          })
        )
    };
  }

  private readonly _overview: OverviewModel;
  private readonly _changed = new Signal<this, void>(this);
  private _history: HistoryModel | null = null;
}

function Shown(props: {
  page: PipelinesPage;
  links: IHistoryLinks;
}): JSX.Element {
  const { page, links } = props;
  useChanges(page);
  useChanges(page.overview);
  const { history } = page;
  return (
    <div className="jp-Promote-scroll">
      {history ? (
        <History
          key={history.dagId}
          model={history}
          row={page.overview.row(history.dagId)}
          links={links}
        />
      ) : (
        <Overview
          model={page.overview}
          failures={page.failures}
          open={path => links.open(path)}
          choose={dagId => page.visit({ dagId, runId: '' })}
        />
      )}
    </div>
  );
}
