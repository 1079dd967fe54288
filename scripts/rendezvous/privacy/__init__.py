"""What serves people's rights. A module `do_<action>` is an action of `rendezvous privacy`; the others are shared."""
