/** The ids of the extension's commands. */
export namespace CommandIDs {
  export const show = 'jupyterlab-promote:show';
  export const assignStep = 'jupyterlab-promote:assign-step';
  export const startStep = 'jupyterlab-promote:start-step';
  export const renameStep = 'jupyterlab-promote:rename-step';
  export const mergeStep = 'jupyterlab-promote:merge-step';
  export const startEarlier = 'jupyterlab-promote:start-earlier';
  export const startLater = 'jupyterlab-promote:start-later';
  export const untag = 'jupyterlab-promote:remove-step';
  export const toggleSkip = 'jupyterlab-promote:toggle-skip';
  export const skipBelow = 'jupyterlab-promote:skip-below';
  export const toggleParameters = 'jupyterlab-promote:toggle-parameters';
  export const stepMenu = 'jupyterlab-promote:step-menu';
  export const openGraph = 'jupyterlab-promote:open-graph';
  export const publish = 'jupyterlab-promote:publish';
  export const openRun = 'jupyterlab-promote:open-run';
  export const pipelines = 'jupyterlab-promote:pipelines';
  export const followLink = 'jupyterlab-promote:follow-link';
  export const debugStep = 'jupyterlab-promote:debug-step';
  export const repairRun = 'jupyterlab-promote:repair-run';
  export const compareRun = 'jupyterlab-promote:compare-run';
  export const backToSource = 'jupyterlab-promote:back-to-source';
  export const applyToSource = 'jupyterlab-promote:apply-to-source';
  export const runToFailure = 'jupyterlab-promote:run-to-failure';
}
