// Loads the page again when the site was built anew. Only the preview server serves this.
(function poll(version) {
  fetch("/.errbook/reload?" + version)
    .then(function (answer) { return answer.text(); })
    .then(function (now) { if (version && now !== version) location.reload(); else poll(now); })
    .catch(function () { setTimeout(poll, 1000, version); });
})("");
