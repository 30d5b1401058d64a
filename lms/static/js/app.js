console.debug("cadre");
