/** The bar of a run over each executed notebook that is opened, and what is held back in it. */
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import type { ITranslator } from '@jupyterlab/translation';
import { DisposableSet, type IDisposable } from '@lumino/disposable';
import { createElement } from 'react';
import { NO_KERNEL } from '../runs/executed-drive';
import type { ILabLinks } from '../runs/links';
import type { IReviewApi } from '../runs/tokens';
import type { IPromoteApi } from '../tokens';
import { HeaderBar } from '../ui/header-bar';
import { DOMAIN } from '../ui/react';
import { reviewBar } from './bar';
import { firstLook, lookAtFailed, reveal } from './first-look';
import { HeldBack } from './held-back';
import { ReviewModel } from './model';
import { executedAt, type IExecuted } from './place';
import { TrustNotice } from './trust';

const DRIVE = 'promote:';
/** Between two looks at a run that is live. */
const LIVE_MS = 3000;

export namespace ReviewBars {
  export interface IOptions {
    api: IPromoteApi;
    review: IReviewApi;
    links: ILabLinks;
    translator: ITranslator;
  }
}

export class ReviewBars implements DocumentRegistry.IWidgetExtension<
  NotebookPanel,
  INotebookModel
> {
  constructor(private readonly _options: ReviewBars.IOptions) {}

  createNew(panel: NotebookPanel): IDisposable | void {
    if (!panel.context.path.startsWith(DRIVE)) {
      return;
    }
    const bars = new DisposableSet();
    const place = executedAt(panel.context.path);
    if (place !== null) {
      bars.add(this._ofRun(panel, place));
    } else {
      void lookAtFailed(panel);
    }
    neverRun(panel);
    neverChanged(panel);
    bars.add(this._trust(panel));
    return bars;
  }

  private _ofRun(panel: NotebookPanel, place: IExecuted): IDisposable {
    const { api, review, links, translator } = this._options;
    const model = new ReviewModel({
      run: { dagId: place.dagId, runId: place.runId },
      api,
      review,
      interval: LIVE_MS
    });
    const bar = reviewBar({
      model,
      links,
      translator,
      reveal: cellId => reveal(panel, cellId)
    });
    model.advanced.connect(() => void panel.context.revert());
    void firstLook(panel, model, place.file, translator.load(DOMAIN));
    panel.contentHeader.addWidget(bar);
    return bar;
  }

  private _trust(panel: NotebookPanel): IDisposable {
    const { translator } = this._options;
    const trans = translator.load(DOMAIN);
    const held = new HeldBack(panel);
    const bar = new HeaderBar({
      label: trans.__('Outputs that are not shown'),
      translator,
      content: createElement(TrustNotice, { held }),
      disposed: () => held.dispose()
    });
    panel.contentHeader.addWidget(bar);
    return bar;
  }
}

/** A copy gets no kernel, also where it was not opened by a command of ours: in Notebook 7, and after a reload. */
export function neverRun(panel: {
  readonly context: {
    readonly sessionContext: Pick<
      NotebookPanel['sessionContext'],
      'kernelPreference'
    >;
  };
}): void {
  const { sessionContext } = panel.context;
  sessionContext.kernelPreference = {
    ...sessionContext.kernelPreference,
    ...NO_KERNEL
  };
}

/** A copy cannot be saved, so nothing in it is ever unsaved. */
function neverChanged(panel: NotebookPanel): void {
  const { model } = panel.context;
  const clean = (): void => {
    if (model.dirty) {
      model.dirty = false;
    }
  };
  model.stateChanged.connect(clean);
  clean();
}
