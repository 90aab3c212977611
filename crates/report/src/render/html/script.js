"use strict";
function loadgenRefresh() {}
