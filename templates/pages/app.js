// What a page does beyond forms and links. Each page works without it, but for live counts.
"use strict";
