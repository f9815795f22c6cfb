// What pages gain where scripts run. Without them every page works as well.
import { initAll } from '../nhsuk/nhsuk-frontend.min.js';
import { watchProgress } from './progress.js';

// The NHS styles and scripts look for these names before they change anything.
document.body.classList.add('js-enabled', 'nhsuk-frontend-supported');
initAll();
watchProgress(document);
