/** The drive of what runs left; read-only, so it knows nothing of how other extensions store documents. */
import { PageConfig } from '@jupyterlab/coreutils';
import {
  ContentProviderRegistry,
  Drive,
  type IContentProviderRegistry
} from '@jupyterlab/services';

/** With what executed notebooks are opened: nothing in them is run. */
export const NO_KERNEL = {
  shouldStart: false,
  canStart: false,
  autoStartDefault: false
};

/**
 * The document of a drive that the page's address names, empty for any other. JupyterLab then does not open it by
 * itself: it would look for the drive's file browser, which there is not, and say so in a dialog.
 */
export function takeFromAddress(drive: string): string {
  const path = PageConfig.getOption('treePath');
  if (!path.startsWith(`${drive}:`)) {
    return '';
  }
  PageConfig.setOption('treePath', '');
  return path;
}

export class ExecutedDrive extends Drive {
  override readonly contentProviderRegistry: IContentProviderRegistry =
    new OwnRegistry();
}

/**
 * Asked for the provider of an extension that serves the default drive only, such as real-time
 * collaboration, it says that there is none; the registry of JupyterLab throws, and nothing would open.
 */
class OwnRegistry extends ContentProviderRegistry {
  override getProvider(): null {
    return null;
  }
}
