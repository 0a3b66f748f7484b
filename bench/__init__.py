"""What ``make bench`` runs: each module measures one thing against a named peer or limit, in one run."""
